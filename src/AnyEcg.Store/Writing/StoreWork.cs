using AnyEcg.Signal;

namespace AnyEcg.Store;

/// <summary>
/// What is stored besides inputs. Works are committed in the order in which they were posted; one that depends on another (a snapshot on the
/// transitions before it) is therefore never durable without it. Bytes must not change until the commit.
/// </summary>
/// <param name="Stream">Whose.</param>
public abstract record StoreWork(StreamKey Stream)
{
    /// <summary>Bytes that it holds in the queue, about.</summary>
    internal virtual int Size => 64;
}

/// <summary>A transition of an alert: revision of its document, and the alert as it now stands. A new one enters the outbox in the same transaction.</summary>
public sealed record TransitionWork(StreamKey Stream) : StoreWork(Stream)
{
    public required Guid AlertId { get; init; }

    /// <summary>From 1; the key with <see cref="AlertId"/>.</summary>
    public required int Revision { get; init; }

    /// <summary>The name of the alert's kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the alert is over with this transition and needs nobody any more.</summary>
    public required bool Over { get; init; }

    /// <summary>The document to be published. Deterministic: compared with what is stored when the transition comes again.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What is published beside the body.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>The journal sequence of the input that decided it.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the alert began, in event time, nanoseconds since 1970.</summary>
    public required long OnsetNs { get; init; }

    /// <summary>When this transition happened, in event time.</summary>
    public required long EventNs { get; init; }

    /// <summary>When the deciding input was received.</summary>
    public required long ReceivedNs { get; init; }

    internal override int Size => 256 + Body.Length + Attributes.Length;
}

/// <summary>The state of a stream after its input <paramref name="Sequence"/>; replaces the one before.</summary>
/// <param name="Stream">Whose.</param>
/// <param name="Sequence">The last input that it includes.</param>
/// <param name="Format">What wrote it (code version and model): what cannot be read by the reader is not read.</param>
/// <param name="Body">The state.</param>
/// <param name="TakenNs">When, nanoseconds since 1970.</param>
public sealed record SnapshotWork(StreamKey Stream, long Sequence, string Format, ReadOnlyMemory<byte> Body, long TakenNs) : StoreWork(Stream)
{
    internal override int Size => 64 + Body.Length;
}

/// <summary>A second that the engine left out under overload: a decision that a replay cannot know.</summary>
public sealed record SkipWork(StreamKey Stream, long Epoch, long Second, long Sequence) : StoreWork(Stream);

/// <summary>The stream's descriptor; null: there is none any more.</summary>
public sealed record DescriptorWork(StreamKey Stream, ReadOnlyMemory<byte>? Descriptor) : StoreWork(Stream)
{
    internal override int Size => 64 + (Descriptor?.Length ?? 0);
}

/// <summary>A number that the owner keeps with the stream (admitted, discharged, ...); 0 in a new stream.</summary>
public sealed record StreamStateWork(StreamKey Stream, int State) : StoreWork(Stream);

/// <summary>The broker has taken the transition: its outbox entry goes.</summary>
public sealed record SentWork(StreamKey Stream, long OutboxId) : StoreWork(Stream);

/// <summary>An operator's action, for the audit trail.</summary>
public sealed record ActionWork(StreamKey Stream) : StoreWork(Stream)
{
    /// <summary>When the operator acted, as told; nanoseconds since 1970.</summary>
    public required long TimeNs { get; init; }

    public required long ReceivedNs { get; init; }

    public required string Operator { get; init; }

    public required string Kind { get; init; }

    public string? Reason { get; init; }

    public required string Outcome { get; init; }

    public string? Detail { get; init; }
}

/// <summary>A frame that waits for its stream's descriptor.</summary>
public sealed record HoldWork(StreamKey Stream) : StoreWork(Stream)
{
    public string? ContentType { get; init; }

    /// <summary>Whatever else came with the message.</summary>
    public ReadOnlyMemory<byte> Properties { get; init; }

    public required long ReceivedNs { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Comes back with the commit; not stored.</summary>
    public object? Token { get; init; }

    internal override int Size => 64 + Properties.Length + Body.Length;
}

/// <summary>Held frames of the stream up to an id (all: <see cref="long.MaxValue"/>) are done with.</summary>
public sealed record ReleaseWork(StreamKey Stream, long UpToId = long.MaxValue) : StoreWork(Stream);

/// <summary>
/// Erases all data of a stream: inputs, snapshot, skips, alerts, transitions, unsent ones too, descriptor, held frames. What stays is its
/// name with the next sequence number (so that ids do not repeat) and the operators' actions (the audit trail).
/// </summary>
/// <param name="Stream">Whose.</param>
/// <param name="UpToSequence">The input that asked for it: what came after it stays.</param>
public sealed record EraseWork(StreamKey Stream, long UpToSequence) : StoreWork(Stream);

/// <summary>Calls nothing but <see cref="IStoreEvents.WorkCommitted"/>: all that was posted before it is durable then.</summary>
public sealed record MarkerWork(StreamKey Stream, object? Token) : StoreWork(Stream);
