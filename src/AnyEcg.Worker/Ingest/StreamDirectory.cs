using System.Collections.Concurrent;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Topic to stream, parsed once per topic. Bounded by the number of streams, of all groups and of each: where there are too many,
/// the one that has been silent for a day gives way, else a topic of a further stream is refused. A stream
/// without a descriptor is to be forgotten again (<see cref="Forget"/>), so that a flood of invented stream names costs neither
/// memory nor the place of a real one. Receive loop only, but for <see cref="Count"/> and <see cref="Find"/>.
/// </summary>
internal sealed class StreamDirectory(IngestLimits limits, IEngineDoor engine)
{
    private readonly Dictionary<string, TopicEntry> topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<StreamKey, DeviceStream> streams = new();
    private double fullUntil;
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>A stream already known. Any thread.</summary>
    public DeviceStream? Find(StreamKey key) => streams.GetValueOrDefault(key);

    /// <summary>Finds or makes the entry of a topic; null with the reason as a metric label when it is refused.</summary>
    /// <param name="topic">As received.</param>
    /// <param name="now">Seconds on the clock of the limits.</param>
    /// <param name="refusal">Why not.</param>
    public TopicEntry? Resolve(string topic, double now, out Refusal refusal)
    {
        refusal = default;
        if (topics.TryGetValue(topic, out TopicEntry? entry))
        {
            entry.Stream.HeardAt = now;
            return entry;
        }

        TopicRejection fault = InputTopic.TryParse(topic, out InputTopic parsed);
        if (fault != TopicRejection.None)
        {
            refusal = new Refusal(fault.WireName(), MqttReasonCode.TopicNameInvalid);
            return null;
        }

        if ((Find(parsed.Key) ?? Admit(parsed.Key, now, ref refusal)) is not { } stream)
        {
            return null;
        }

        stream.HeardAt = now;
        entry = new TopicEntry(stream, parsed.Kind);
        topics.Add(topic, entry);
        stream.Topics.Add(topic);
        return entry;
    }

    /// <summary>A stream that an earlier run knew, with its descriptor; one for which there is no room is left out. Before anything is received.</summary>
    public void Restore(StreamKey key, byte[] json)
    {
        Refusal refusal = default;
        if (DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, key) == DescriptorRejection.None
            && (Find(key) ?? Admit(key, limits.Now(), ref refusal)) is { } stream)
        {
            stream.Described = DescribedStream.Of(descriptor!, json);
        }
    }

    /// <summary>Frees the place of a stream.</summary>
    public void Forget(DeviceStream stream)
    {
        if (streams.TryRemove(KeyValuePair.Create(stream.Key, stream)))
        {
            stream.Topics.ForEach(topic => topics.Remove(topic));
            stream.Group.Streams--;
            Volatile.Write(ref count, count - 1);
        }
    }

    private DeviceStream? Admit(StreamKey key, double now, ref Refusal refusal)
    {
        GroupQuota? group = limits.Group(key.Group);
        string? reason = group is null ? "too-many-groups"
            : group.Streams >= group.Sizes.MaxStreams && !MakeRoom(group, now) ? "group-streams"
            : count >= limits.Options.MaxStreams && !MakeRoom(null, now) ? "too-many-streams"
            : null;
        if (reason is not null)
        {
            refusal = new Refusal(reason, MqttReasonCode.QuotaExceeded);
            return null;
        }

        DeviceStream stream = new(key, group!, now);
        streams[key] = stream;
        group!.Streams++;
        Volatile.Write(ref count, count + 1);
        return stream;
    }

    /// <summary>
    /// The stream that has been silent longest gives way, of the group or of all, if it has been silent long enough. After a look
    /// through all streams in vain it is known when the next one can succeed, so that invented names cost no more looks.
    /// </summary>
    private bool MakeRoom(GroupQuota? within, double now)
    {
        if (now < (within?.FullUntil ?? fullUntil))
        {
            return false;
        }

        DeviceStream? idlest = streams.Values.Where(s => within is null || s.Group == within).MinBy(s => s.HeardAt);
        double free = (idlest?.HeardAt ?? now) + limits.Options.IdleStreamSeconds;
        if (idlest is null || now < free)
        {
            _ = within is null ? fullUntil = free : within.FullUntil = free;
            return false;
        }

        // Should the queue be full, the engine forgets it by itself once it needs the room.
        _ = engine.TrySubmit(EngineInput.OfClose(idlest.Key, limits.Time.NowNs()));
        Forget(idlest);
        return true;
    }
}
