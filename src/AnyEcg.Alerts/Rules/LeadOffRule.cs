using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Technical: a lead is off (the device says so, or the converter shows it), or the signal cannot be read for most of the
/// span. Lost data is neither: that is another alert.
/// </summary>
internal sealed class LeadOffRule(AlertKindRow row) : AlertRule(row)
{
    private SecondBits unreadable;

    public override void TakeOver(AlertRule old) => unreadable = ((LeadOffRule)old).unreadable;

    public override void Reset() => unreadable = default;

    public override void Exchange(StateExchange state) => state.Value(ref unreadable);

    public override Verdict Judge(StreamReading reading)
    {
        SecondObservation now = reading.Now;
        unreadable.Push(now.Second, reading.Quality is SecondQuality.Unreadable or SecondQuality.Doubtful);
        int off = 0;
        int lost = 0;
        for (int lead = 0; lead < now.LeadCount; lead++)
        {
            off += (now.Flags[lead] & PatchFlags.LeadOff) != 0 ? 1 : 0;
            lost += (now.Flags[lead] & PatchFlags.Gap) != 0 ? 1 : 0;
        }

        if (off > 0)
            return Verdict.Present(reading, 1) with { Value = off };
        if (lost == now.LeadCount)
            return Verdict.Unknown;
        int seconds = unreadable.Count(Row.Over);
        if (seconds >= Row.Limit)
            return Verdict.Complete(unreadable.Oldest(Row.Over) * PatchSecond.ModelRateHz, reading.End, reading.End);
        return seconds <= Row.OffLimit ? Verdict.Absent : Verdict.Unclear;
    }
}
