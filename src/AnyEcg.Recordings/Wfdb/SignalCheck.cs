namespace AnyEcg.Recordings;

/// <summary>Whether the samples of one signal agree with its header line; null where the header states nothing.</summary>
/// <param name="InitialValueMatches">The first sample is the stated one.</param>
/// <param name="ChecksumMatches">The 16-bit sum over all samples is the stated one.</param>
public readonly record struct SignalCheck(bool? InitialValueMatches, bool? ChecksumMatches)
{
    /// <summary>False when anything stated does not match.</summary>
    public bool Passed => InitialValueMatches != false && ChecksumMatches != false;

    internal IEnumerable<string> Faults
    {
        get
        {
            if (InitialValueMatches == false)
            {
                yield return "the first sample";
            }

            if (ChecksumMatches == false)
            {
                yield return "the checksum";
            }
        }
    }
}
