using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>One alert from its start to its end: writes its transitions. Engine thread only.</summary>
internal sealed class OpenAlert(StreamKey stream, AlertKindRow row)
{
    private int revision;
    private double score;
    private double? value;
    private bool doubtful;
    private uint leads;

    public AlertKindRow Row { get; } = row;

    public required Guid Id { get; init; }

    public required uint Epoch { get; init; }

    public required long OnsetSample { get; init; }

    public required long OnsetNs { get; init; }

    /// <summary>First sample after the part in which the condition is known to have held.</summary>
    public long Until { get; private set; }

    public void Note(in Verdict verdict, uint present)
    {
        Until = Math.Max(Until, verdict.Until);
        score = Math.Max(score, verdict.Score);
        value = verdict.Value ?? value;
        doubtful = verdict.Doubtful;
        leads = present;
    }

    /// <summary>The next transition; a start or update holds the condition, an end closes it at <see cref="Until"/>.</summary>
    public AlertTransition Next(AlertPhase phase, long decidedSample, long receivedNs, long? endNs = null) => new()
    {
        AlertId = Id,
        Revision = ++revision,
        Group = stream.Group,
        Stream = stream.Stream,
        Kind = Row.Kind,
        Phase = phase,
        Priority = Row.Priority,
        Signal = phase == AlertPhase.End ? AlertSignal.Off : AlertSignal.On,
        ConditionPresent = phase != AlertPhase.End,
        Epoch = Epoch,
        OnsetSample = OnsetSample,
        DecidedSample = decidedSample,
        EndSample = phase == AlertPhase.End ? Until : null,
        OnsetNs = OnsetNs,
        EndNs = endNs,
        DecidedReceivedNs = receivedNs,
        Limit = Row.LimitText,
        Score = score,
        Value = value,
        QualityDoubtful = doubtful,
        Leads = leads,
    };
}
