using System.Collections.Concurrent;
using AnyEcg.Signal;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// Topic to stream, parsed once per topic. Bounded by the number of streams: a topic of a stream beyond it is refused. A stream
/// without a descriptor is to be forgotten again (<see cref="Forget"/>), so that a flood of invented stream names costs neither
/// memory nor the place of a real one. Receive loop only, but for <see cref="Count"/> and <see cref="Find"/>.
/// </summary>
internal sealed class StreamDirectory(int maxStreams)
{
    private readonly Dictionary<string, TopicEntry> topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<StreamKey, DeviceStream> streams = new();
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>A stream already known. Any thread.</summary>
    public DeviceStream? Find(StreamKey key) => streams.GetValueOrDefault(key);

    /// <summary>Finds or makes the entry of a topic; null with the reason as a metric label when it is refused.</summary>
    public TopicEntry? Resolve(string topic, out string reason)
    {
        reason = "";
        if (topics.TryGetValue(topic, out TopicEntry? entry))
        {
            return entry;
        }

        TopicRejection fault = InputTopic.TryParse(topic, out InputTopic parsed);
        if (fault != TopicRejection.None)
        {
            reason = fault.WireName();
            return null;
        }

        if (!streams.TryGetValue(parsed.Key, out DeviceStream? stream))
        {
            if (count >= maxStreams)
            {
                reason = "too-many-streams";
                return null;
            }

            stream = new DeviceStream(parsed.Key);
            streams[parsed.Key] = stream;
            Volatile.Write(ref count, count + 1);
        }

        entry = new TopicEntry(stream, parsed.Kind);
        topics.Add(topic, entry);
        stream.Topics.Add(topic);
        return entry;
    }

    /// <summary>Frees the place of a stream.</summary>
    public void Forget(DeviceStream stream)
    {
        if (streams.TryRemove(KeyValuePair.Create(stream.Key, stream)))
        {
            stream.Topics.ForEach(topic => topics.Remove(topic));
            Volatile.Write(ref count, count - 1);
        }
    }
}
