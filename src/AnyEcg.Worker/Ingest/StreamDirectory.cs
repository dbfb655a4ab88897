using AnyEcg.Signal;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>
/// Topic to stream, parsed once per topic. Bounded by the number of streams: a topic of a stream beyond it is refused, so that
/// a flood of invented stream names costs no memory. Receive loop only, but for <see cref="Count"/>.
/// </summary>
internal sealed class StreamDirectory(int maxStreams)
{
    private readonly Dictionary<string, TopicEntry> topics = new(StringComparer.Ordinal);
    private readonly Dictionary<StreamKey, DeviceStream> streams = [];
    private int count;

    public int Count => Volatile.Read(ref count);

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
            if (streams.Count >= maxStreams)
            {
                reason = "too-many-streams";
                return null;
            }

            stream = new DeviceStream(parsed.Key);
            streams.Add(parsed.Key, stream);
            Volatile.Write(ref count, streams.Count);
        }

        entry = new TopicEntry(stream, parsed.Kind);
        topics.Add(topic, entry);
        return entry;
    }
}
