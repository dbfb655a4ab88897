using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>A parsed topic on which the worker receives: <c>ecg/v1/{group}/{stream}/{kind}</c> or <c>anyecg/v1/{group}/{stream}/cmd</c>.</summary>
public readonly record struct InputTopic(StreamKey Key, InputKind Kind)
{
    /// <summary>
    /// Parses a topic. Anything that is not exactly an input topic is refused with its reason, never repaired. Allocates the two
    /// names only when the topic is good; a caller with few topics keeps the result.
    /// </summary>
    public static TopicRejection TryParse(ReadOnlySpan<char> topic, out InputTopic parsed)
    {
        parsed = default;
        Span<Range> levels = stackalloc Range[6];
        if (topic.Split(levels, '/') != 5)
            return TopicRejection.LevelCount;

        bool fromDevice = topic[levels[0]].SequenceEqual("ecg");
        if ((!fromDevice && !topic[levels[0]].SequenceEqual("anyecg")) || !topic[levels[1]].SequenceEqual("v1"))
            return TopicRejection.UnknownPrefix;

        ReadOnlySpan<char> group = topic[levels[2]], stream = topic[levels[3]];
        TopicRejection fault = TopicLevel.CheckGroup(group);
        if (fault == TopicRejection.None)
            fault = TopicLevel.Check(stream);
        if (fault != TopicRejection.None)
            return fault;
        if (!TryKind(fromDevice, topic[levels[4]], out InputKind kind))
            return TopicRejection.UnknownKind;

        parsed = new InputTopic(new StreamKey(group.ToString(), stream.ToString()), kind);
        return TopicRejection.None;
    }

    private static bool TryKind(bool fromDevice, ReadOnlySpan<char> level, out InputKind kind)
    {
        InputKind? found = fromDevice
            ? level switch
            {
                "meta" => InputKind.Meta,
                "frame" => InputKind.Frame,
                "status" => InputKind.Status,
                "mark" => InputKind.Mark,
                _ => null,
            }
            : level is "cmd" ? InputKind.Command : null;
        kind = found ?? default;
        return found is not null;
    }
}
