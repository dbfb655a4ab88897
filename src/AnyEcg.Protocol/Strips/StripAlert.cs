using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>Where an alert lies in a strip, in device samples of the epoch.</summary>
/// <param name="AlertId">Its id.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Onset">Where the condition began.</param>
/// <param name="Decided">The sample with which its rule was complete.</param>
/// <param name="End">Where it ended; null while it lasts.</param>
public sealed record StripAlert(Guid AlertId, AlertKind Kind, long Onset, long Decided, long? End)
{
    /// <summary>
    /// The marks of an alert. The decision is that of its start: give the first transition, and the end of the last with it.
    /// </summary>
    public static StripAlert Of(AlertTransition start, long? endSample, double rateHz)
    {
        ArgumentNullException.ThrowIfNull(start);
        return new StripAlert(
            start.AlertId,
            start.Kind,
            StripRange.DeviceSample(start.OnsetSample, rateHz),
            StripRange.DeviceSample(start.DecidedSample, rateHz),
            endSample is long end ? StripRange.DeviceSample(end, rateHz) : null);
    }

    /// <summary>Whether any of its time is in a range.</summary>
    public bool Overlaps(in StripRange range) => Onset < range.End && Math.Max(Decided, End ?? long.MaxValue) >= range.First;
}
