using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>More ventricular beats than the limit within so many seconds of event time; only trusted beats count.</summary>
internal sealed class FrequentEctopyRule(AlertKindRow row) : AlertRule(row)
{
    /// <summary>A minute of beats as near as the heart's refractory time lets them be.</summary>
    private const int MostBeats = 60 * PatchSecond.ModelRateHz / BeatTrain.RefractorySamples;

    private readonly Queue<long> beats = new();
    private readonly long span = (long)row.Over * PatchSecond.ModelRateHz;

    public override void TakeOver(AlertRule old)
    {
        foreach (long beat in ((FrequentEctopyRule)old).beats)
            beats.Enqueue(beat);
    }

    public override void Reset() => beats.Clear();

    public override void Exchange(StateExchange state)
    {
        List<long> held = [.. beats];
        state.List(held, MostBeats);
        beats.Clear();
        held.ForEach(beats.Enqueue);
    }

    public override Verdict Judge(StreamReading reading)
    {
        while (beats.TryPeek(out long oldest) && oldest < reading.End - span)
            beats.Dequeue();
        if (!reading.Readable || !reading.Now.Scored)
            return Verdict.Unknown;
        for (int back = reading.NewBeats - 1; back >= 0; back--)
        {
            if (reading.Primary[back] is { IsVentricular: true, Trusted: true } beat)
                beats.Enqueue(beat.Sample);
        }

        if (beats.Count > Row.Limit)
            return Verdict.Complete(beats.Peek(), reading.End, reading.End) with { Value = beats.Count };
        return beats.Count <= Row.OffLimit ? Verdict.Absent : Verdict.Unclear;
    }
}
