namespace AnyEcg.Recordings.Tests;

/// <summary>Compares a recording with what its own header states.</summary>
internal static class ReferenceCheck
{
    /// <returns>Samples whose first value and checksum are the stated ones, and what is not; null when all are.</returns>
    public static (long Compared, string? Difference) Stated(Recording recording)
    {
        long compared = 0;
        List<int> unstated = [], first = [];
        for (int s = 0; s < recording.AllSignals.Length; s++)
        {
            long read = Records.ReadSignal(recording, s, ReferenceSet.Block).Length;
            switch (recording.CheckOf(s))
            {
                case null or { InitialValueMatches: null, ChecksumMatches: null }:
                    unstated.Add(s);
                    continue;
                case { ChecksumMatches: false }:
                    return (compared, $"the checksum of signal {s} differs");
                case { InitialValueMatches: false, ChecksumMatches: null }:
                    return (compared, $"the first value of signal {s} differs");
                case { InitialValueMatches: false }:
                    first.Add(s);
                    break;
            }

            compared += read;
        }

        return (compared, unstated.Count == recording.AllSignals.Length ? "no comparison: nothing is stated"
            : first.Count > 0 ? $"equal; the header's first value of signal {string.Join(", ", first)} is not in the file, whose checksum is right"
            : null);
    }
}
