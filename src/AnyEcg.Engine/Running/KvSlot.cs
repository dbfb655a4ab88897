namespace AnyEcg.Engine;

/// <summary>Number of a stream's rings in the runner's one key/value allocation.</summary>
public readonly record struct KvSlot(int Index);
