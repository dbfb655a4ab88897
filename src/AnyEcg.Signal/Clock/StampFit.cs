namespace AnyEcg.Signal;

/// <summary>
/// Straight line through the device's stamps: stamp less nominal sample time, in seconds, over nominal sample time.
/// Least squares with exponential forgetting (5 min), outliers weighed down after Huber, the slope drawn to zero until the
/// data speak. Constant memory.
/// </summary>
internal sealed class StampFit(double jumpThreshold) : IStateful
{
    /// <summary>A jump is believed after this many stamps that agree with each other and not with the line.</summary>
    private const int Witnesses = 3;

    /// <summary>The line may have drifted this much per second unseen.</summary>
    private const double UnseenDrift = 300e-6;

    private const double ForgetSeconds = 300;

    /// <summary>Prior on the slope, in s^2: stamps of 10 ms jitter against crystals within 100 ppm.</summary>
    private const double Prior = 0.01 / 100e-6 * (0.01 / 100e-6);

    private double at, weight, sumX, sumXx, sumY, sumXy, level, scatter, suspect;
    private int suspects;

    /// <summary>Stamps on the line so far.</summary>
    public long Count { get; private set; }

    public double Slope { get; private set; }

    public double Evaluate(double x) => level + (Slope * (x - at));

    public void Reset()
    {
        (at, weight, sumX, sumXx, sumY, sumXy) = (0, 0, 0, 0, 0, 0);
        (level, scatter, suspect, suspects) = (0, 0.02, 0, 0);
        (Count, Slope) = (0, 0);
    }

    /// <summary>Takes one stamp; answers by how much the clock jumped, 0 as a rule.</summary>
    public double Add(double x, double y)
    {
        if (Count == 0)
        {
            (at, level) = (x, y);
        }

        double away = y - Evaluate(x);
        double limit = jumpThreshold + (UnseenDrift * Math.Abs(x - at));
        if (Math.Abs(away) <= limit)
        {
            suspects = 0;
            Include(x, y, away);
            return 0;
        }

        suspects = suspects > 0 && Math.Abs(away - suspect) <= limit / 2 ? suspects + 1 : 1;
        suspect = away;
        return suspects < Witnesses ? 0 : Jump(x, y, away);
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref at, ref weight);
        state.Value(ref sumX, ref sumXx);
        state.Value(ref sumY, ref sumXy);
        state.Value(ref level, ref scatter, ref suspect);
        suspects = state.Count(suspects, Witnesses);
        (Count, Slope) = (state.Value(Count), state.Value(Slope));
    }

    private double Jump(double x, double y, double step)
    {
        level += step;
        sumY += weight * step;
        sumXy += sumX * step;
        suspects = 0;
        Include(x, y, 0);
        return step;
    }

    private void Include(double x, double y, double away)
    {
        MoveTo(x);
        double share = Math.Abs(away) > 3 * scatter ? 3 * scatter / Math.Abs(away) : 1;
        scatter = Math.Max(0.001, scatter + (0.05 * (Math.Min(Math.Abs(away), 6 * scatter) - scatter)));
        double u = x - at;
        weight += share;
        sumX += share * u;
        sumXx += share * u * u;
        sumY += share * y;
        sumXy += share * u * y;
        Count++;
        Slope = ((weight * sumXy) - (sumX * sumY)) / ((weight * (sumXx + Prior)) - (sumX * sumX));
        level = (sumY - (sumX * Slope)) / weight;
    }

    /// <summary>Moves the origin of the sums forward to <paramref name="x"/> and forgets accordingly; a late stamp moves nothing.</summary>
    private void MoveTo(double x)
    {
        double step = x - at;
        if (step <= 0)
        {
            return;
        }

        double keep = Math.Exp(-step / ForgetSeconds);
        sumXx = keep * (sumXx - (2 * step * sumX) + (step * step * weight));
        sumXy = keep * (sumXy - (step * sumY));
        sumX = keep * (sumX - (step * weight));
        sumY *= keep;
        weight *= keep;
        at = x;
    }
}
