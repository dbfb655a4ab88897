using System.Text.RegularExpressions;
using AnyEcg.Alerts;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class AnnotatedSecondsTests
{
    /// <summary>The annotators' beats of the bundled excerpts, counted in one string each.</summary>
    [Theory]
    [InlineData("sinus_103")]
    [InlineData("af_219")]
    [InlineData("bigeminy_200")]
    [InlineData("runs_233")]
    [InlineData("leadoff_100")]
    public void Fold_RealAnnotations_CountsAsTheStringDoes(string record)
    {
        using Recording recording = Recording.Open(Path.Combine(Excerpts.Folder, record));
        double seconds = recording.SampleCount / recording.Format.SampleRateHz;
        RecordTruth truth = RecordTruth.Read(Path.Combine(Excerpts.Folder, record + ".atr"), recording.AnnotationRateHz, seconds);
        LongTermSummary summary = AnnotatedSeconds.Fold(truth, seconds, AlertSettings.Default, 1);

        // The last second's window ends 200 ms before it.
        string beats = string.Concat(truth.Beats!.Where(b => Math.Round(b.Seconds * 300) < (300 * Math.Floor(seconds)) - 60).Select(b => b.Class.ToString()));
        LongTermTotals totals = summary.Totals;
        Assert.Equal((beats.Length, beats.Count(c => c == 'V'), beats.Count(c => c == 'S')), (totals.Beats, totals.BeatsOf(BeatClass.V), totals.BeatsOf(BeatClass.S)));
        Assert.Equal(Regex.Count(beats, "(?<!V)VV(?!V)"), totals.Ventricular.Couplets);
        Assert.Equal(Regex.Count(beats, "V{3,}"), totals.Ventricular.Runs);
        Assert.Equal((long)seconds, totals.Analysed + totals.SecondsOf(SecondFate.Unreadable));
    }

    /// <summary>What the excerpts' own description says of them.</summary>
    [Fact]
    public void Fold_Excerpts_HoldWhatTheyAreThereFor()
    {
        LongTermSummary runs = Fold("runs_233"), fibrillation = Fold("af_219"), bigeminy = Fold("bigeminy_200"), flutter = Fold("vf_cu01");
        Assert.Equal(3, runs.LongestVentricularRun!.Value.Beats);
        Assert.InRange(runs.LongestVentricularRun!.Value.Start.Sample / 300.0, 27, 28);
        Assert.True(fibrillation.Totals.Burden(RhythmClass.AtrialFibrillation) > 0.5);
        Assert.True(bigeminy.Totals.BigeminySamples > 20 * 300);
        Assert.Equal((1L, 60L), (flutter.Totals.EpisodesOf(RhythmClass.VentricularFibrillation), flutter.LongestEpisodes[RhythmClass.VentricularFibrillation].Start.Sample / 300));
    }

    [Fact]
    public void Fold_Rhythms_AreThoseAtTheMiddleOfEachSecond()
    {
        RecordTruth truth = new()
        {
            ScoredFrom = 0,
            Rhythms =
            [
                new RhythmSpan(new Episode(10.4, 60.6), RhythmClass.AtrialFibrillation, "(AFIB"),
                new RhythmSpan(new Episode(60.6, 70.2), RhythmClass.Unreadable, "(NOISE"),
                new RhythmSpan(new Episode(70.2, 90), RhythmClass.Sinus, "(N"),
            ],
        };
        LongTermTotals totals = AnnotatedSeconds.Fold(truth, 80.9, AlertSettings.Default, 0).Totals;
        Assert.Equal((80L, 9L), (totals.Span, totals.SecondsOf(SecondFate.Unreadable)));
        Assert.Equal((10L, 51L, 10L), (totals.SecondsOf(RhythmClass.Other), totals.SecondsOf(RhythmClass.AtrialFibrillation), totals.SecondsOf(RhythmClass.Sinus)));
    }

    private static LongTermSummary Fold(string record)
    {
        using Recording recording = Recording.Open(Path.Combine(Excerpts.Folder, record));
        double seconds = recording.SampleCount / recording.Format.SampleRateHz;
        RecordTruth truth = RecordTruth.Read(Path.Combine(Excerpts.Folder, record + ".atr"), recording.AnnotationRateHz, seconds);
        return AnnotatedSeconds.Fold(truth, seconds, AlertSettings.Default, 1);
    }
}
