namespace AnyEcg.Model;

/// <summary>The description of one pass, where the host writes it.</summary>
internal readonly unsafe struct PassMemory(byte* at, PassLayout layout)
{
    public readonly PassCounts* Counts = (PassCounts*)at;
    public readonly RowMeta* Rows = (RowMeta*)(at + layout.Rows);
    public readonly TokenMeta* Tokens = (TokenMeta*)(at + layout.Tokens);
    public readonly ulong* Presence = (ulong*)(at + layout.Presence);
    public readonly CrossKey* Cross = (CrossKey*)(at + layout.Cross);
    public readonly int* Order = (int*)(at + layout.Order);
}
