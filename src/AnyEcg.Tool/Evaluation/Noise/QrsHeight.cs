using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// How high the QRS complexes of a record are, peak to peak, as sigamp(1) of the WFDB tools measures it for nst(1): the range of
/// each lead within 50 ms of each of the first 300 annotated N beats, the largest and smallest 5 % left out, the rest averaged.
/// Without annotated beats it is the range of each of the first 300 seconds.
/// </summary>
internal static class QrsHeight
{
    private const int Most = 300;

    private const double HalfWindowSeconds = 0.05;

    /// <summary>In converter steps, for each lead; 0 where nothing could be measured. Moves the record's position.</summary>
    public static double[] Measure(Recording record, IReadOnlyList<TimedBeat>? beats)
    {
        double rate = record.Format.SampleRateHz;
        TimedBeat[] normal = [.. (beats ?? []).Where(beat => beat.Class == BeatClass.N).Take(Most)];
        IEnumerable<Episode> windows = normal.Length > 0
            ? normal.Select(beat => new Episode(beat.Seconds, beat.Seconds).Widen(HalfWindowSeconds))
            : Enumerable.Range(0, Math.Min(Most, (int)(record.SampleCount / rate))).Select(k => new Episode(k, k + 1));
        List<double>[] ranges = [.. record.Signals.Select(_ => new List<double>())];
        foreach (Episode window in windows)
        {
            long first = Math.Max(0, (long)Math.Round(window.Start * rate));
            float[][] rows = RecordBlocks.Read(record, first, (int)Math.Round(window.Seconds * rate) + 1);
            for (int lead = 0; lead < rows.Length; lead++)
            {
                float[] there = [.. rows[lead].Where(float.IsFinite)];
                ranges[lead].AddRange(there.Length > 0 ? [there.Max() - there.Min()] : []);
            }
        }

        return [.. ranges.Select(lead => TrimmedMean.Of(lead) ?? 0)];
    }
}
