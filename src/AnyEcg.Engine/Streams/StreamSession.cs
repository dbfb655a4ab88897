using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// All state of one stream but its key/value rings, which the slot names. Awake while it holds a slot; asleep it keeps only its
/// format and alerts that are still open. Touched only by the engine thread.
/// </summary>
internal sealed class StreamSession(StreamKey key, StreamFormat format)
{
    public StreamKey Key { get; } = key;

    public StreamFormat Format { get; set; } = format;

    /// <summary>What of a session exists only while it is awake; null while asleep.</summary>
    public AwakeState? Awake { get; set; }

    public AlertPolicy? Policy { get; set; }

    public RhythmTracker? Tracker { get; set; }

    /// <summary>False after the device said that it is offline.</summary>
    public bool Online { get; set; } = true;

    /// <summary>When the last frame came, in the time provider's stamps.</summary>
    public long LastFrameStamp { get; set; }

    public bool NoDataRaised { get; set; }

    /// <summary>
    /// Added to the device's epoch: each restart that the device did not announce, seen by samples that conflict, opens an
    /// epoch of our own.
    /// </summary>
    public uint OwnEpochs { get; set; }
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

    /// <summary>Seconds of the backlog that the running plan takes, token-less ones between them included.</summary>
    public int PlannedSeconds { get; set; }

    /// <summary>Rows of the running plan.</summary>
    public int PlannedRows { get; set; }

    public bool HeldGivenUp { get; set; }

    /// <summary>Jumps of the device's clock that were told.</summary>
    public long ClockJumps { get; set; }
}
