namespace AnyEcg.Engine;

/// <summary>What <see cref="BeatFusion"/> keeps of one stream from one second to the next.</summary>
internal struct BeatCarry
{
    public uint Epoch;
    public long Second;
    public bool Started;

    /// <summary>Probability and offset of the previous window's last bin.</summary>
    public float LastBin, LastOffset;

    /// <summary>Sample of the last beat.</summary>
    public long LastBeat;
}
