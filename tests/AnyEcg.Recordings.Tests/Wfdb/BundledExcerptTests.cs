using AnyEcg.Signal;

namespace AnyEcg.Recordings.Tests;

/// <summary>The excerpts at the top of the repository are whole, and show what their table says.</summary>
public sealed class BundledExcerptTests
{
    private static readonly string Folder = RepositoryFolder.Find("recordings");

    [Theory]
    [InlineData("sinus_103", 120, RhythmClass.Sinus)]
    [InlineData("af_219", 180, RhythmClass.AtrialFibrillation)]
    [InlineData("bigeminy_200", 120, RhythmClass.VentricularTachycardia)]
    [InlineData("runs_233", 165, RhythmClass.VentricularTachycardia)]
    [InlineData("vf_cu01", 120, RhythmClass.VentricularFibrillation)]
    [InlineData("af_A00395", 60, RhythmClass.AtrialFibrillation)]
    [InlineData("noise_A02874", 60, RhythmClass.Unreadable)]
    [InlineData("leadoff_100", 120, RhythmClass.Unreadable)]
    public void Excerpt_ReadToItsEnd_MatchesHeaderAndShowsItsRhythm(string name, int seconds, RhythmClass shown)
    {
        using Recording record = Recording.Open(Path.Combine(Folder, name));
        IReadOnlyList<Annotation> annotations = AnnotationReader.ReadAll(Path.Combine(Folder, name + ".atr"));

        Records.ReadAll(record, 1000);

        Assert.Equal((name, (double)seconds), (record.Info.Name, record.SampleCount / record.Format.SampleRateHz));
        Assert.All(Enumerable.Range(0, record.Signals.Length), signal => Assert.Equal(new SignalCheck(true, true), record.CheckOf(signal)));
        Assert.InRange(record.Format.SampleRateHz, StreamFormat.MinSampleRateHz, StreamFormat.MaxSampleRateHz);
        IReadOnlyList<RhythmInterval> rhythms = RhythmIntervals.From(annotations, record.SampleCount);
        Assert.Equal(0, rhythms[0].Start);
        Assert.Contains(rhythms, interval => interval.Rhythm == shown);
        Assert.All(annotations, annotation => Assert.InRange(annotation.Sample, 0, record.SampleCount - 1));
    }

    [Fact]
    public void Excerpts_OnDisk_AreTheOnesTested() => Assert.Equal(8, Directory.GetFiles(Folder, "*.hea").Length);
}
