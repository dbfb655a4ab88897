namespace AnyEcg.Recordings;

/// <summary>
/// Where the samples of one signal lie in a file that holds several: every frame of <paramref name="FrameSize"/> samples has
/// <paramref name="PerFrame"/> of this signal, next to each other, from <paramref name="Offset"/> on.
/// </summary>
internal readonly record struct FrameSlot(int FrameSize, int Offset, int PerFrame)
{
    /// <summary>Position in the file, in samples, of a sample of this signal.</summary>
    public long FlatIndex(long sample)
    {
        (long frame, long within) = Math.DivRem(sample, PerFrame);
        return (frame * FrameSize) + Offset + within;
    }
}
