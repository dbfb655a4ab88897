namespace AnyEcg.Signal;

/// <summary>Names one stream: the tenant, ward or shard, and the device's stream within it.</summary>
public readonly record struct StreamKey(string Group, string Stream)
{
    public override string ToString() => $"{Group}/{Stream}";
}
