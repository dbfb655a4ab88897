using AnyEcg.Signal;

namespace AnyEcg.Store;

/// <summary>A stream as stored.</summary>
/// <param name="State">The owner's number, <see cref="StreamStateWork"/>.</param>
public sealed record StoredStream(StreamKey Key, byte[]? Descriptor, int State);

/// <summary>An input as stored.</summary>
public sealed record JournalEntry(long Sequence, byte Kind, long ReceivedNs, long Epoch, long FirstSample, int Samples, byte[] Body);

/// <summary>A stream's latest snapshot.</summary>
public sealed record StoredSnapshot(long Sequence, string Format, byte[] Body, long TakenNs);

/// <summary>Seconds in a row that were left out.</summary>
/// <param name="Epoch">Theirs.</param>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
/// <param name="Sequence">The input with which the last was decided.</param>
public sealed record StoredSkip(long Epoch, long First, long Last, long Sequence);

/// <summary>An alert as it now stands.</summary>
public sealed record StoredAlert(
    Guid AlertId, StreamKey Stream, string Kind, bool Over, byte[] Body, int Revision, long Sequence, long OnsetNs, long UpdatedNs);

/// <summary>One revision of an alert.</summary>
/// <param name="Over">Whether the alert was over with it.</param>
public sealed record StoredTransition(
    Guid AlertId, int Revision, StreamKey Stream, bool Over, byte[] Body, byte[] Attributes, long EventNs, long ReceivedNs);

/// <summary>A transition that the broker has not confirmed.</summary>
/// <param name="Kind">Of the alert.</param>
/// <param name="NewestRevision">Of the alert, as it was read with it.</param>
public sealed record UnsentTransition(long OutboxId, StoredTransition Transition, string Kind, int NewestRevision);

/// <summary>An operator's action.</summary>
public sealed record StoredAction(
    long Id, StreamKey Stream, long TimeNs, long ReceivedNs, string Operator, string Kind, string? Reason, string Outcome, string? Detail);

/// <summary>A frame that waits for its stream's descriptor.</summary>
public sealed record HeldFrame(long Id, StreamKey Stream, string? ContentType, byte[] Properties, long ReceivedNs, byte[] Body);
