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
    All = 127,
}
