namespace AnyEcg.Protocol;

/// <summary>Names one stream: the tenant, ward or shard, and the device's stream within it. Both satisfy <see cref="TopicLevel"/>.</summary>
public readonly record struct StreamKey(string Group, string Stream)
{
    public override string ToString() => $"{Group}/{Stream}";

    /// <summary>Throws <see cref="ArgumentException"/> for names that no input topic can carry.</summary>
    public StreamKey Checked()
    {
        TopicRejection fault = TopicLevel.CheckGroup(Group);
        if (fault == TopicRejection.None)
            fault = TopicLevel.Check(Stream);
        return fault == TopicRejection.None ? this : throw new ArgumentException($"Not a stream name: {fault.WireName()}.");
    }
}
