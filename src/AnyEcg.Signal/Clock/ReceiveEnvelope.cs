namespace AnyEcg.Signal;

/// <summary>
/// Straight line under the times of receipt: time of receipt less nominal sample time, in seconds, over nominal sample time.
/// A network only adds delay, so the line hugs the lowest points. Of each 10 s the lowest point is kept, for 10 min; the line
/// is the one below all of them that lies closest on average, found on the lower convex hull (Moon, Skelly and Towsley 1999).
/// Constant memory.
/// </summary>
internal sealed class ReceiveEnvelope(double jumpThreshold) : IStateful
{
    private const double BucketSeconds = 10;
    private const int Buckets = 60;

    /// <summary>No crystal in use is worse; a steeper line follows the network, not the clock.</summary>
    private const double LargestSlope = 200e-6;

    /// <summary>Below this span the slope says more of the jitter than of the clock.</summary>
    private const double SlopeSpan = 30;

    /// <summary>
    /// The line may rise by this much per bucket, twice what drift explains. A backlog sent in one go looks like a growing
    /// delay: it must not lift the line.
    /// </summary>
    private const double LargestRise = 2 * LargestSlope * BucketSeconds;

    private readonly double[] xs = new double[Buckets], ys = new double[Buckets];
    private readonly int[] hull = new int[Buckets];
    private int count;
    private double origin, level, lowestX, lowestY, bucketEnd;

    public bool Started { get; private set; }

    public double Slope { get; private set; }

    public double Evaluate(double x) => level + (Slope * (x - origin));

    public void Reset() => (count, level, Slope, Started) = (0, 0, 0, false);

    /// <summary>Takes one time of receipt; answers by how much the line jumped, 0 as a rule.</summary>
    public double Add(double x, double y)
    {
        if (!Started)
        {
            (origin, level, Started) = (x, y, true);
            Open(x, y);
        }

        double jump = 0;
        if (x >= bucketEnd)
        {
            jump = Close();
            Open(x, y);
        }

        (lowestX, lowestY) = y < lowestY ? (x, y) : (lowestX, lowestY);
        level += Math.Min(0, y - Evaluate(x));
        return jump;
    }

    public void Exchange(StateExchange state)
    {
        count = state.Count(count, Buckets);
        state.Values(xs.AsSpan(0, count));
        state.Values(ys.AsSpan(0, count));
        state.Value(ref origin, ref level);
        state.Value(ref lowestX, ref lowestY, ref bucketEnd);
        (Started, Slope) = (state.Value(Started), state.Value(Slope));
    }

    private void Open(double x, double y) => (bucketEnd, lowestX, lowestY) = (x + BucketSeconds, x, y);

    private double Close()
    {
        if (count == Buckets)
        {
            xs.AsSpan(1).CopyTo(xs);
            ys.AsSpan(1).CopyTo(ys);
            count--;
        }

        // Frames may come a little out of order: the hull needs rising positions.
        if (count == 0 || lowestX > xs[count - 1])
        {
            (xs[count], ys[count]) = (lowestX, lowestY);
            count++;
        }

        double before = Evaluate(lowestX);
        Fit();
        double rise = Evaluate(lowestX) - before;
        if (IsBreak(rise))
        {
            return rise;
        }

        level -= Math.Max(0, rise - LargestRise);
        return 0;
    }

    /// <summary>Ten minutes at a live pace, all of them far above the old line: samples were lost uncounted, the delay is no backlog.</summary>
    private bool IsBreak(double rise)
    {
        if (rise <= jumpThreshold || count < Buckets)
        {
            return false;
        }

        double lowest = double.MaxValue, highest = double.MinValue;
        foreach (double y in ys)
        {
            (lowest, highest) = (Math.Min(lowest, y), Math.Max(highest, y));
        }

        return highest - lowest <= jumpThreshold;
    }

    private void Fit()
    {
        origin = xs[count - 1];
        Slope = origin - xs[0] < SlopeSpan ? 0 : Math.Clamp(SupportingSlope(), -LargestSlope, LargestSlope);
        level = double.MaxValue;
        for (int i = 0; i < count; i++)
        {
            level = Math.Min(level, ys[i] - (Slope * (xs[i] - origin)));
        }
    }

    /// <summary>Slope of the edge of the lower hull above which the mean position lies.</summary>
    private double SupportingSlope()
    {
        int size = 0;
        double mean = 0;
        for (int i = 0; i < count; i++)
        {
            mean += xs[i] / count;
            while (size >= 2 && Cross(hull[size - 2], hull[size - 1], i) <= 0)
            {
                size--;
            }

            hull[size++] = i;
        }

        int right = 1;
        while (right < size - 1 && xs[hull[right]] < mean)
        {
            right++;
        }

        (int a, int b) = (hull[right - 1], hull[right]);
        return (ys[b] - ys[a]) / (xs[b] - xs[a]);
    }

    private double Cross(int a, int b, int c) =>
        ((xs[b] - xs[a]) * (ys[c] - ys[a])) - ((ys[b] - ys[a]) * (xs[c] - xs[a]));
}
