using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>A frame message whose stream has no descriptor yet; its bytes are copied.</summary>
internal sealed record HeldFrame(DeviceStream Stream, byte[] Payload, string? ContentType, GivenPosition Given, long ReceivedNs, double HeldAt)
{
    public FrameMessage ToMessage() => new() { ContentType = ContentType, Payload = Payload, Given = Given, ReceivedNs = ReceivedNs };
}

/// <summary>
/// Frames waiting for their stream's descriptor, bounded per stream, over all streams and in time; what does not fit or waits
/// too long is given back to be rejected. They are acknowledged when they are taken in: PUBACKs leave in order of receipt, so
/// one device that never describes itself would otherwise hold up those of all others. A group may hold as many as are free, so
/// that no group takes all. Receive loop only.
/// </summary>
internal sealed class DescriptorHold(IngestOptions options)
{
    private readonly LinkedList<HeldFrame> frames = new();
    private readonly Dictionary<DeviceStream, int> perStream = [];
    private int pending;

    /// <summary>Frames waiting; any thread may read.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <summary>Whether any frame of this stream waits.</summary>
    public bool Holds(DeviceStream stream) => perStream.ContainsKey(stream);

    public bool TryHold(DeviceStream stream, in MqttInbound message, long receivedNs, double nowSeconds)
    {
        int held = perStream.GetValueOrDefault(stream);
        if (stream.Group.Held >= options.HoldFrames - frames.Count || held >= options.HoldFramesPerStream)
        {
            return false;
        }

        frames.AddLast(new HeldFrame(stream, message.Payload.ToArray(), message.ContentType, GivenPosition.Of(message.UserProperties), receivedNs, nowSeconds));
        perStream[stream] = held + 1;
        stream.Group.Held++;
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
