namespace AnyEcg.Signal;

/// <summary>
/// Takes what a <see cref="FrameAligner"/> has put in order: after <see cref="EpochStarted"/>, blocks and gaps that follow on
/// each other without a hole or an overlap.
/// </summary>
public interface IAlignedSink
{
    /// <summary>A new epoch begins; its first sample is <paramref name="firstSample"/> (device rate). Nothing is carried over.</summary>
    void EpochStarted(uint epoch, long firstSample);

    /// <summary>Samples that follow on what came before.</summary>
    void Samples(in AlignedBlock block);

    /// <summary>These device-rate samples never came and never will.</summary>
    void Gap(long firstSample, long count);
}
