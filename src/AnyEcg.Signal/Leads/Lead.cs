namespace AnyEcg.Signal;

/// <summary>
/// An ECG lead. The values 0-14 are also the rows of the network's lead embedding: never renumber them.
/// </summary>
public enum Lead : byte
{
    I = 0,
    II = 1,
    III = 2,
    AVR = 3,
    AVL = 4,
    AVF = 5,
    V1 = 6,
    V2 = 7,
    V3 = 8,
    V4 = 9,
    V5 = 10,
    V6 = 11,

    /// <summary>A modified limb lead of an ambulatory recorder (MLI, MLII, MLIII).</summary>
    ModifiedLimb = 12,

    /// <summary>A chest lead whose position is not known.</summary>
    PrecordialUnknown = 13,

    /// <summary>A lead of which nothing is known: a patch, a hand-held monitor, an unnamed WFDB signal.</summary>
    Unknown = 14,
}
