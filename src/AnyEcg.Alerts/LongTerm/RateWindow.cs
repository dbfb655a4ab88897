using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// The heart rate over so many successive intervals, and where it was fastest and slowest. Only beats read with confidence count;
/// anything else starts the window anew. Engine thread only.
/// </summary>
internal sealed class RateWindow : IStateful
{
    /// <summary>
    /// A single short or long interval is no heart rate: what one premature beat gains its pause loses again within eight. There is
    /// no agreed number; reports on paper use from one interval to a minute.
    /// </summary>
    public const int Intervals = 8;

    private readonly long[] beats = new long[Intervals + 1];
    private int count;

    public RateFact? Fastest { get; private set; }

    public RateFact? Slowest { get; private set; }

    /// <summary>So many intervals in so many samples, per minute; null for none.</summary>
    public static double? Rate(long intervals, long samples) =>
        intervals > 0 && samples > 0 ? intervals * 60.0 * PatchSecond.ModelRateHz / samples : null;

    public void Take(long sample, StreamReading reading, LongTermTotals into)
    {
        beats[count++ % beats.Length] = sample;
        if (count <= Intervals)
            return;
        long first = beats[count % beats.Length];
        into.NoteWindow(sample - first);
        if (Rate(Intervals, sample - first) is not { } rate)
            return;
        if (Fastest is not { } fast || rate > fast.Rate)
            Fastest = new RateFact(reading.PlaceOf(first), rate);
        if (Slowest is not { } slow || rate < slow.Rate)
            Slowest = new RateFact(reading.PlaceOf(first), rate);

        // The index never grows with the length of the stretch.
        count = (count % beats.Length) + beats.Length;
    }

    public void Break() => count = 0;

    public void Restart()
    {
        Break();
        (Fastest, Slowest) = (null, null);
    }

    public void Exchange(StateExchange state)
    {
        state.Values(beats.AsSpan());
        count = state.Within(count, 0, 2 * beats.Length);
        (Fastest, Slowest) = (state.Optional(Fastest), state.Optional(Slowest));
    }
}
