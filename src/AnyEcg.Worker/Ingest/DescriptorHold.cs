using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>A frame message whose stream has no descriptor yet; its bytes are copied.</summary>
internal sealed record HeldFrame(DeviceStream Stream, byte[] Payload, string? ContentType, GivenPosition Given, long ReceivedNs, double HeldAt)
{
    public FrameMessage ToMessage(double nowSeconds) =>
        new() { ContentType = ContentType, Payload = Payload, HeldPosition = Given, ReceivedNs = ReceivedNs, At = nowSeconds };
}

/// <summary>
/// Frames waiting for their stream's descriptor, bounded per stream, over all streams and in time; what does not fit or waits
/// too long is given back to be rejected. They are acknowledged when they are taken in: PUBACKs leave in order of receipt, so
/// one device that never describes itself would otherwise hold up those of all others. A group may hold as many as are free, so
/// that no group takes all. Where there is a store a crash loses none of them. Receive loop only.
/// </summary>
internal sealed class DescriptorHold(IngestOptions options, HeldFrames? kept = null)
{
    private readonly LinkedList<HeldFrame> frames = new();
    private readonly Dictionary<DeviceStream, int> perStream = [];
    private int pending;

    /// <summary>Frames waiting; any thread may read.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <summary>Whether any frame of this stream waits.</summary>
    public bool Holds(DeviceStream stream) => perStream.ContainsKey(stream);

    /// <summary>Whether a held frame is acknowledged once it is durable; else at once.</summary>
    public bool IsDurable => kept?.IsDurable == true;

    /// <summary>False when there is no room for it.</summary>
    public bool TryHold(DeviceStream stream, in MqttInbound message, long receivedNs, double nowSeconds)
    {
        GivenPosition given = GivenPosition.Of(message.UserProperties);
        return HasRoom(stream)
            && (!IsDurable || kept!.TryKeep(stream.Key, message, given, receivedNs))
            && Add(new HeldFrame(stream, message.Payload.ToArray(), message.ContentType, given, receivedNs, nowSeconds));
    }

    /// <summary>Holds again what an earlier run held; it was acknowledged then. False when there is no room.</summary>
    public bool TryHoldAgain(HeldFrame frame) => HasRoom(frame.Stream) && Add(frame);

    /// <summary>Nothing that was held of the stream is needed any more, and none of it is on its way to the journal.</summary>
    public void Forget(DeviceStream stream) => kept?.Forget(stream.Key);

    private bool HasRoom(DeviceStream stream) =>
        stream.Group.Held < options.HoldFrames - frames.Count && perStream.GetValueOrDefault(stream) < options.HoldFramesPerStream;

    private bool Add(HeldFrame frame)
    {
        frames.AddLast(frame);
        perStream[frame.Stream] = perStream.GetValueOrDefault(frame.Stream) + 1;
        frame.Stream.Group.Held++;
        Volatile.Write(ref pending, frames.Count);
        return true;
    }

    /// <summary>Removes the frames of one stream, in order of receipt.</summary>
    public List<HeldFrame> Release(DeviceStream stream)
    {
        List<HeldFrame> released = [];
        if (!perStream.Remove(stream))
        {
            return released;
        }

        for (LinkedListNode<HeldFrame>? node = frames.First; node is not null;)
        {
            LinkedListNode<HeldFrame>? next = node.Next;
            if (ReferenceEquals(node.Value.Stream, stream))
            {
                released.Add(node.Value);
                frames.Remove(node);
                stream.Group.Held--;
            }

            node = next;
        }

        Volatile.Write(ref pending, frames.Count);
        return released;
    }

    /// <summary>Removes what has waited longer than the limit, by the clock of the limits: the time of day may be set.</summary>
    public List<HeldFrame> Expire(double nowSeconds)
    {
        List<HeldFrame> expired = [];
        double oldest = nowSeconds - options.HoldSeconds;
        while (frames.First is { } first && first.Value.HeldAt < oldest)
        {
            frames.RemoveFirst();
            first.Value.Stream.Group.Held--;
            expired.Add(first.Value);
            int left = perStream[first.Value.Stream] - 1;
            if (left == 0)
            {
                perStream.Remove(first.Value.Stream);
            }
            else
            {
                perStream[first.Value.Stream] = left;
            }
        }

        Volatile.Write(ref pending, frames.Count);
        return expired;
    }
}
