using AnyEcg.Signal;

namespace AnyEcg.Recordings.Tests;

public sealed class RhythmIntervalsTests
{
    [Theory]
    [InlineData("(N\0", RhythmClass.Sinus)]
    [InlineData("(NSR", RhythmClass.Sinus)]
    [InlineData("(AFIB", RhythmClass.AtrialFibrillation)]
    [InlineData("(AFL", RhythmClass.AtrialFlutter)]
    [InlineData("(SVTA", RhythmClass.SupraventricularTachycardia)]
    [InlineData("(VT", RhythmClass.VentricularTachycardia)]
    [InlineData("(VFL", RhythmClass.VentricularFibrillation)]
    [InlineData("(VF", RhythmClass.VentricularFibrillation)]
    [InlineData("(VFIB", RhythmClass.VentricularFibrillation)]
    [InlineData("(P", RhythmClass.Paced)]
    [InlineData("(PM", RhythmClass.Paced)]
    [InlineData("(NOISE", RhythmClass.Unreadable)]
    [InlineData("(B", RhythmClass.Other)]
    [InlineData("", RhythmClass.Other)]
    public void ClassOf_Label_GivesTheClass(string label, RhythmClass rhythm) => Assert.Equal(rhythm, RhythmIntervals.ClassOf(label));

    [Fact]
    public void LabelOf_EveryClass_ComesBack() =>
        Assert.All(Enum.GetValues<RhythmClass>(), rhythm => Assert.Equal(rhythm, RhythmIntervals.ClassOf(RhythmIntervals.LabelOf(rhythm))));

    [Fact]
    public void From_RhythmChanges_CutsTheRecord() =>
        Assert.Equal(
            [
                new(10, 100, RhythmClass.Sinus, "(N"),
                new(100, 150, RhythmClass.AtrialFibrillation, "(AFIB"),
                new(150, 200, RhythmClass.Sinus, "(N"),
            ],
            RhythmIntervals.From(
                [Rhythm(10, "(N"), new(50, AnnotationCode.Normal), Rhythm(60, "(N"), Rhythm(100, "(AFIB\0"), Rhythm(150, "(N")], 200));

    [Fact]
    public void From_FlutterBrackets_CoverTheRhythmBelow() =>
        Assert.Equal(
            [
                new(0, 20, RhythmClass.Sinus, "(N"),
                new(20, 60, RhythmClass.VentricularFibrillation, "["),
                new(60, 100, RhythmClass.VentricularTachycardia, "(VT"),
            ],
            RhythmIntervals.From(
                [
                    Rhythm(-1, "(N"),
                    new(20, AnnotationCode.VentricularFlutterOnset),
                    Rhythm(40, "(VT"),
                    new(60, AnnotationCode.VentricularFlutterEnd),
                    Rhythm(500, "(N"),
                ],
                100));

    [Fact]
    public void From_NoMarks_SaysNothing() => Assert.Empty(RhythmIntervals.From([new(5, AnnotationCode.Normal), Rhythm(6, "missed")], 100));

    [Fact]
    public void Find_EveryBeatCode_GivesItsClass()
    {
        Dictionary<BeatClass, string> symbols = new()
        {
            [BeatClass.N] = "NLRBejn",
            [BeatClass.S] = "AaJS",
            [BeatClass.V] = "VEr",
            [BeatClass.F] = "F",
            [BeatClass.Q] = "/fQ?",
        };
        const string Codes = " NLRaVFJASEj/Q~ | sT*D\"=pB^t+u?![]en@xf()r";
        foreach ((BeatClass beat, string members) in symbols)
        {
            Assert.Equal(
                members.Order(),
                Codes.Where((_, code) => AamiClasses.Find((AnnotationCode)code) == beat).Order());
            Assert.Equal(beat, AamiClasses.Find(AamiClasses.ToCode(beat)));
        }
    }

    private static Annotation Rhythm(long sample, string aux) => new(sample, AnnotationCode.RhythmChange, Aux: aux);
}
