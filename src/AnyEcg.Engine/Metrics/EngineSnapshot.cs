namespace AnyEcg.Engine;

/// <summary>
/// All counters of the engine at one instant, closed streams included. Immutable. It holds (invariant 4):
/// frames received = accepted + rejected + duplicate + late + historical + conflict + dropped + pending; samples expected = processed + gap;
/// patches emitted = scored + skipped + pending.
/// </summary>
public sealed record EngineSnapshot
{
    public required long FramesReceived { get; init; }

    public required long FramesAccepted { get; init; }

    public required long FramesDuplicate { get; init; }

    public required long FramesLate { get; init; }

    /// <summary>Late to the live stream, but judged apart: they filled a hole.</summary>
    public required long FramesHistorical { get; init; }

    public required long FramesConflict { get; init; }

    /// <summary>Refused because the input queue was full.</summary>
    public required long FramesDropped { get; init; }

    /// <summary>In the input queue, or held until an earlier one comes.</summary>
    public required long FramesPending { get; init; }

    /// <summary>Frames that do not fit the stream's format.</summary>
    public required long FramesRejectedFormat { get; init; }

    /// <summary>Frames of a stream without a format.</summary>
    public required long FramesRejectedUnknownStream { get; init; }

    /// <summary>Frames of a stream for which no slot was free.</summary>
    public required long FramesRejectedNoSlot { get; init; }

    public long FramesRejected => FramesRejectedFormat + FramesRejectedUnknownStream + FramesRejectedNoSlot;

    /// <summary>Frames that waited in what the engine was restored from; among those received.</summary>
    public required long FramesRestored { get; init; }

    /// <summary>Device-rate samples per lead that should have come: processed and lost ones.</summary>
    public long SamplesExpected => SamplesProcessed + SamplesGap;

    public required long SamplesProcessed { get; init; }

    public required long SamplesGap { get; init; }

    public required long SamplesOverlap { get; init; }

    /// <summary>Device-rate samples per lead that came late and were judged apart; those of <see cref="SamplesGap"/> that came after all.</summary>
    public required long SamplesHistorical { get; init; }

    /// <summary>New epochs that the time of a stream without sample counts has opened.</summary>
    public required long ClockRestarts { get; init; }

    /// <summary>Samples per lead that late blocks without sample counts had no room for.</summary>
    public required long SamplesCut { get; init; }

    /// <summary>Snapshots of streams taken, and their bytes.</summary>
    public required long Snapshots { get; init; }

    public required long SnapshotBytes { get; init; }

    /// <summary>Patches (lead-seconds with a token) that the signal path has emitted.</summary>
    public required long PatchesEmitted { get; init; }

    public required long PatchesScored { get; init; }

    /// <summary>Patches judged without the network: overdue, out of a full backlog, or of a stream that lost its rings with a device and found no others.</summary>
    public required long PatchesSkipped { get; init; }

    public required long PatchesPending { get; init; }

    /// <summary>Seconds of streams judged, those without any token included.</summary>
    public required long SecondsObserved { get; init; }

    /// <summary>Streams whose format is known.</summary>
    public required int StreamsKnown { get; init; }

    /// <summary>Streams that hold a slot.</summary>
    public required int StreamsActive { get; init; }

    /// <summary>Streams put to sleep because they were silent.</summary>
    public required long Evictions { get; init; }

    /// <summary>Formats refused because too many streams were known.</summary>
    public required long StreamsRefused { get; init; }

    public required long Steps { get; init; }

    public required long StepRows { get; init; }

    public required long StepTokens { get; init; }

    /// <summary>Streams whose rings could not be restored (they were of other weights), or were lost with the device that held them.</summary>
    public required long RingsLost { get; init; }

    /// <summary>The engine in use: <see cref="ModelRunnerInfo.Engine"/>.</summary>
    public required string RunnerEngine { get; init; }

    /// <summary>Devices that failed at run time and were replaced: 0 or 1.</summary>
    public required int RunnerFaults { get; init; }

    /// <summary>Since the receipt of the oldest frame or second that waits here; zero when none does. Frames that wait for earlier ones aside.</summary>
    public required TimeSpan Lag { get; init; }

    /// <summary>Nothing waits to be handled or judged; frames that wait for earlier ones aside.</summary>
    public required bool Idle { get; init; }

    public required HistogramSnapshot StepDuration { get; init; }

    /// <summary>From the receipt of the sample that completed a second to the judgement of its alert rules, scored seconds only.</summary>
    public required HistogramSnapshot FrameToAlert { get; init; }

    public required long AlertsStarted { get; init; }

    public required long AlertsUpdated { get; init; }

    public required long AlertsEnded { get; init; }

    /// <summary>Alerts that later data disproved.</summary>
    public required long AlertsRetracted { get; init; }

    /// <summary>Every transition that was ever written.</summary>
    public long AlertTransitions => AlertsStarted + AlertsUpdated + AlertsEnded + AlertsRetracted;

    public required long AlertsAcknowledged { get; init; }

    /// <summary>Steps up in priority for want of an acknowledgement.</summary>
    public required long AlertsEscalated { get; init; }

    /// <summary>Alerts that ended before anybody had acknowledged them.</summary>
    public required long AlertsLatched { get; init; }

    /// <summary>Latched alerts that gave way because their stream had too many.</summary>
    public required long AlertsUnlatched { get; init; }

    /// <summary>Onsets and seconds not raised or not signalled, by reason (subsumed, refractory, quality, rate, open, pause, discharged).</summary>
    public required IReadOnlyDictionary<string, long> AlertsSuppressed { get; init; }

    public required long DetectorDisagreements { get; init; }
}
