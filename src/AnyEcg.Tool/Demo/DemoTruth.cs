using System.Globalization;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>What the annotators say of one bundled recording. Immutable.</summary>
internal sealed class DemoTruth
{
    private readonly IReadOnlyList<RhythmSpan> rhythms;

    private DemoTruth(IReadOnlyList<RhythmSpan> rhythms, double seconds)
    {
        this.rhythms = rhythms;
        Seconds = seconds;
    }

    /// <summary>Length of the recording.</summary>
    public double Seconds { get; }

    public static DemoTruth Read(string path)
    {
        using Recording record = Recording.Open(path);
        double rate = record.AnnotationRateHz;
        double seconds = record.SampleCount / record.Format.SampleRateHz;
        string annotations = path + ".atr";
        IReadOnlyList<RhythmSpan>? rhythms = File.Exists(annotations)
            ? RecordTruth.Read(annotations, rate, seconds).Rhythms
            : null;
        return new DemoTruth(rhythms ?? [], seconds);
    }

    /// <summary>The annotated rhythm at a second of the recording, and since when.</summary>
    public string At(double second)
    {
        RhythmSpan? span = rhythms.Where(r => second >= r.Episode.Start && second < r.Episode.End).Select(r => (RhythmSpan?)r).FirstOrDefault();
        return span is { } s
            ? string.Create(CultureInfo.InvariantCulture, $"{s.Label} since {s.Episode.Start:0} s")
            : "not annotated";
    }
}
