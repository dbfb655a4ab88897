using System.Collections.Immutable;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// All state of one stream but its key/value rings, which the slot names. Awake while it holds a slot; asleep it keeps only its
/// format and alerts that somebody still has to hear of. A function of the stream's inputs alone. Touched only by the engine thread.
/// </summary>
internal sealed class StreamSession(StreamKey key, StreamFormat format)
{
    public StreamKey Key { get; } = key;

    public StreamFormat Format { get; set; } = format;

    /// <summary>Names of the leads as the device spells them; may be empty.</summary>
    public ImmutableArray<string> LeadNames { get; set; } = [];

    /// <summary>True of a session that judges what came late, beside the live one.</summary>
    public bool IsPast { get; init; }

    /// <summary>What comes out of the device's store, while it comes.</summary>
    public StreamSession? Past { get; set; }

    /// <summary>What of a session exists only while it is awake; null while asleep.</summary>
    public AwakeState? Awake { get; set; }

    public AlertPolicy? Policy { get; set; }

    public RhythmTracker? Tracker { get; set; }

    /// <summary>Places frames that carry a time but no count; null where none has come.</summary>
    public PositionTracker? Positions { get; set; }

    /// <summary>Which samples have been taken, and which are missing.</summary>
    public SampleLedger Ledger { get; } = new();

    /// <summary>Number of the last input it has handled; 0 without a journal.</summary>
    public long Sequence { get; set; }

    /// <summary>Frames that brought data: what a clock event was decided after.</summary>
    public long DataFrames { get; set; }

    /// <summary>Epoch of the newest data.</summary>
    public uint Epoch { get; set; }

    /// <summary>The descriptor was withdrawn; only alerts that wait to be acknowledged are left.</summary>
    public bool Closed { get; set; }

    /// <summary>False after the device said that it is offline.</summary>
    public bool Online { get; set; } = true;

    public bool NoDataRaised { get; set; }

    /// <summary>
    /// Added to the device's epoch: each restart that the device did not announce, seen by samples that conflict, opens an
    /// epoch of our own.
    /// </summary>
    public uint OwnEpochs { get; set; }

    /// <summary>When the last frame with data came, in the time provider's stamps. Not saved.</summary>
    public long LastFrameStamp { get; set; }

    /// <summary>Inputs that wait until fewer seconds of the stream do; null: none has had to. Not saved: they are in the journal.</summary>
    public Queue<EngineInput>? Parked { get; set; }

    /// <summary>ECG in them, seconds.</summary>
    public double ParkedSeconds { get; set; }

    /// <summary>Receipt of the oldest second, or else frame, that waits here; null when none does.</summary>
    public long? WaitingSinceNs =>
        Awake is { Backlog.Count: > 0 } awake ? awake.Backlog[0].CompletedNs : Parked is { Count: > 0 } parked ? parked.Peek().Frame?.ReceivedNs : null;

    /// <summary>Clock events that were asked for and have not come back. Not saved.</summary>
    public ClockEvents Asked { get; set; }

    /// <summary>
    /// A slot came free, or something was erased: the next snapshot is due once the running input is handled. So the states in the store never need
    /// more slots together than there are. Not saved.
    /// </summary>
    public bool WantsSnapshot { get; set; }

    /// <summary>When the next snapshot is due, in the time provider's stamps. Not saved.</summary>
    public long SnapshotDue { get; set; }

    /// <summary><see cref="Sequence"/> of the last snapshot. Not saved.</summary>
    public long SnapshotSequence { get; set; }

    /// <summary>What an earlier run decided under overload, and this one has yet to repeat; null: nothing.</summary>
    public SkipDecisions? Skips { get; set; }
}

/// <summary>The part of a session that is freed when its stream falls silent. Engine thread only.</summary>
internal sealed class AwakeState(StreamSignal signal, KvSlot slot, StreamBeats beats, int backlogSeconds)
{
    public StreamSignal Signal { get; } = signal;

    public KvSlot Slot { get; } = slot;

    public StreamBeats Beats { get; } = beats;

    public Backlog Backlog { get; } = new(backlogSeconds);

    /// <summary>Epoch of what the rings hold; null while they are empty.</summary>
    public uint? RingEpoch { get; set; }

    /// <summary>True while it stands in the scheduler's queue.</summary>
    public bool Queued { get; set; }

    /// <summary>Time stamp from which its oldest ready second has waited.</summary>
    public long ReadyStamp { get; set; }

    /// <summary>More seconds were ready than the last plan could take.</summary>
    public bool Behind { get; set; }

    /// <summary>More came at once than the time that passed: out of a store. Until none of it waits any more.</summary>
    public bool Burst { get; set; }

    /// <summary>Seconds of the backlog that the running plan takes, token-less ones between them included.</summary>
    public int PlannedSeconds { get; set; }

    /// <summary>Rows of the running plan.</summary>
    public int PlannedRows { get; set; }

    /// <summary>Jumps of the device's clock that were told.</summary>
    public long ClockJumps { get; set; }

    /// <summary>What its signal path had counted when it was restored: an earlier run's, not this one's.</summary>
    public SignalTotals? Inherited { get; set; }
}
