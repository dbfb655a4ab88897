using AnyEcg.Signal;

namespace AnyEcg.Store;

/// <summary>One input of a stream, on its way into the journal.</summary>
/// <param name="Stream">Whose input.</param>
/// <param name="Kind">What kind; the store only keeps it.</param>
/// <param name="ReceivedNs">When it was received, nanoseconds since 1970; of one stream ascending but for small disorder.</param>
/// <param name="Epoch">The device's epoch; 0 where the kind has none.</param>
/// <param name="FirstSample">Number of its first sample in the epoch; 0 where the kind has none.</param>
/// <param name="Samples">Samples per lead; 0 where the kind has none.</param>
/// <param name="Body">Its bytes. Must not change until the input was handed to <see cref="IStoreEvents.InputsCommitted"/>; then it is the owner's again.</param>
/// <param name="Token">Anything; comes back with the commit.</param>
public readonly record struct JournalInput(
    StreamKey Stream, byte Kind, long ReceivedNs, long Epoch, long FirstSample, int Samples, ReadOnlyMemory<byte> Body, object? Token = null);

/// <summary>An input that is durable, with its number in its stream's journal (from 1, ascending by one).</summary>
public readonly record struct CommittedInput(JournalInput Input, long Sequence);
