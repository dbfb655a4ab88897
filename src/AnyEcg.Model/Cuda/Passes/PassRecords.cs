using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>Mirrors <c>Counts</c> of pass.cuh.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PassCounts(int Rows, int Tokens, int Unused0 = 0, int Unused1 = 0);

/// <summary>Mirrors <c>RowMeta</c> of pass.cuh, where each field is explained.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowMeta
{
    public long Second;
    public int Slot;
    public int TokenStart, TokenEnd;
    public int CrossStart, CrossEnd;
    public int EpochSeconds;
    public int NextRow;
    public int FirstOfSlot;
    public int Unused0, Unused1;
}

/// <summary>The flags of a token in pass.cuh.</summary>
[Flags]
internal enum TokenFlags
{
    None = 0,
    ReadOnly = 1,
    LastOfLead = 2,
    HasBefore = 4,
    Stored = 8,
}

/// <summary>Mirrors <c>TokenMeta</c> of pass.cuh, where each field is explained.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TokenMeta
{
    public int Row;
    public int LeadSlot;
    public int Lead;
    public int LeadIndex;
    public TokenFlags Flags;
    public int Before;
    public int OwnStart, OwnCount;
}

/// <summary>Mirrors <c>CrossKey</c> of pass.cuh: a token of the pass, or the complement of a lead slot.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CrossKey(int LeadIndex, int Source);
