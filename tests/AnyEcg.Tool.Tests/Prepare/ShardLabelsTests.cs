using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class ShardLabelsTests
{
    [Fact]
    public void Beats_OtherRate_MovesToModelRateAndLeavesOutWhatIsNoBeat()
    {
        Annotation[] annotations =
        [
            new(10, AnnotationCode.RhythmChange, Aux: "(N"),
            new(360, AnnotationCode.Normal),
            new(500, AnnotationCode.NoiseChange),
            new(720, AnnotationCode.PrematureVentricular),
        ];

        Assert.Equal([300, (int)BeatClass.N, 600, (int)BeatClass.V], ShardLabels.Beats(annotations, 360));
    }

    [Fact]
    public void Rhythm_ChangeWithinASecond_LeavesThatSecondAndTheTimeBeforeTheFirstMarkOut()
    {
        Annotation[] annotations =
        [
            new(250, AnnotationCode.RhythmChange, Aux: "(N\0"),
            new(875, AnnotationCode.RhythmChange, Aux: "(AFIB\0"),
        ];

        Assert.Equal(new sbyte[] { -1, 0, 0, -1, 1, 1 }, ShardLabels.Rhythm(annotations, 250, 6));
    }

    [Theory]
    [InlineData("(ASYS", ShardLabels.Unlabelled)]
    [InlineData("(SBR", (sbyte)RhythmClass.Sinus)]
    [InlineData("(BI", (sbyte)RhythmClass.Sinus)]
    [InlineData("(VFIB", (sbyte)RhythmClass.VentricularFibrillation)]
    [InlineData("(NOISE", (sbyte)RhythmClass.Unreadable)]
    [InlineData("(BII", (sbyte)RhythmClass.Other)]
    public void Rhythm_Label_GivesItsClass(string label, sbyte expected) =>
        Assert.Equal([expected, expected], ShardLabels.Rhythm([new(0, AnnotationCode.RhythmChange, Aux: label)], 250, 2));

    [Theory]
    [InlineData("N", RhythmClass.Sinus)]
    [InlineData("A", RhythmClass.AtrialFibrillation)]
    [InlineData("O", RhythmClass.Other)]
    [InlineData("~", RhythmClass.Unreadable)]
    public void Rhythm_RecordLabel_FillsEverySecond(string label, RhythmClass expected) =>
        Assert.All(ShardLabels.Rhythm(new SplitEntry(label, ""), 5), second => Assert.Equal((sbyte)expected, second));

    [Fact]
    public void Rhythm_UnknownRecordLabel_Throws() =>
        Assert.Throws<FormatException>(() => ShardLabels.Rhythm(new SplitEntry("X", ""), 5));

    [Theory]
    [InlineData((sbyte)RhythmClass.AtrialFibrillation, "RBBB", "AF")]
    [InlineData((sbyte)RhythmClass.Sinus, "SB", "LBBB")]
    [InlineData(ShardLabels.Unlabelled, "RBBB")]
    [InlineData(ShardLabels.Unlabelled)]
    public void Rhythm_SeveralLabels_OnlyARhythmAmongThemIsOne(sbyte expected, params string[] labels)
    {
        SplitEntry entry = new("", "train") { Record = new RecordLabels { Labels = labels, Unknown = [] } };

        Assert.Equal([expected, expected], ShardLabels.Rhythm(entry, 2));
    }
}
