namespace AnyEcg.Engine;

/// <summary>The outputs of the network.</summary>
[Flags]
public enum ModelHeads
{
    None = 0,
    Rhythm = 1,
    Beats = 2,
    Anomaly = 4,

    /// <summary>The rhythm code of each token, and its surprise.</summary>
    Surprise = 8,
    Arrhythmia = 16,
    RecordAnomaly = 32,
    Reconstruction = 64,

    /// <summary>The label of the epoch so far as a hand-held strip.</summary>
    Strip = 128,
    All = 255,
}
