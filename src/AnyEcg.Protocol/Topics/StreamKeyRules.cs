using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>What the wire asks of a stream's name.</summary>
public static class StreamKeyRules
{
    /// <summary>Throws <see cref="ArgumentException"/> for names that no input topic can carry.</summary>
    public static StreamKey Checked(this StreamKey key)
    {
        TopicRejection fault = TopicLevel.CheckGroup(key.Group);
        if (fault == TopicRejection.None)
            fault = TopicLevel.Check(key.Stream);
        return fault == TopicRejection.None ? key : throw new ArgumentException($"Not a stream name: {fault.WireName()}.");
    }
}
