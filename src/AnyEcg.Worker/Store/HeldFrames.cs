using System.Buffers.Binary;
using AnyEcg.Mqtt;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Keeps the frames that wait for a descriptor where a crash does not lose them, since they are acknowledged while they wait. Without a
/// store it keeps nothing. Receive loop only, but for the store thread's words.
/// </summary>
internal sealed class HeldFrames
{
    private readonly StoreHost store;
    private readonly AckDesk acks;

    public HeldFrames(StoreHost store, StoreEvents events, AckDesk acks)
    {
        (this.store, this.acks) = (store, acks);
        events.Work += Committed;
    }

    /// <summary>Whether what is held is acknowledged later, once it is durable.</summary>
    public bool IsDurable => store.Writer is not null;

    /// <summary>Keeps a frame; its acknowledgement follows. False when there is no room, or no store.</summary>
    public bool TryKeep(StreamKey key, in MqttInbound message, GivenPosition given, long receivedNs) =>
        store.Writer?.TryPost(new HoldWork(key)
        {
            ContentType = message.ContentType,
            Properties = Bytes(given),
            ReceivedNs = receivedNs,
            Body = message.Payload.ToArray(),
            Token = new NoteTicket(message.Ack),
        }) == true;

    /// <summary>The stream's held frames are done with, and none of them is on its way.</summary>
    public void Forget(StreamKey key) => store.Writer?.TryPost(new ReleaseWork(key));

    /// <summary>What an earlier run held, oldest first.</summary>
    public IEnumerable<(AnyEcg.Store.HeldFrame Frame, GivenPosition Given)> Earlier()
    {
        if (store.Database is not { } database)
        {
            yield break;
        }

        using StoreReader reader = database.OpenReader();
        long after = 0;
        while (reader.Held(after) is { Count: > 0 } page)
        {
            foreach (AnyEcg.Store.HeldFrame frame in page)
            {
                yield return (frame, Given(frame.Properties));
                after = frame.Id;
            }
        }
    }

    internal static byte[] Bytes(GivenPosition given)
    {
        byte[] bytes = new byte[13];
        bytes[0] = (byte)((given.FirstSample is null ? 0 : 1) | (given.Epoch is null ? 0 : 2) | (given.Bad ? 4 : 0));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), given.FirstSample ?? 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(9), given.Epoch ?? 0);
        return bytes;
    }

    internal static GivenPosition Given(byte[] bytes) => bytes.Length != 13 ? default : new GivenPosition(
        (bytes[0] & 1) == 0 ? null : BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1)),
        (bytes[0] & 2) == 0 ? null : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(9)),
        (bytes[0] & 4) != 0);

    private void Committed(CommittedWork done)
    {
        if (done.Work is HoldWork hold)
        {
            acks.AcknowledgeNote(hold.Token);
        }
    }
}
