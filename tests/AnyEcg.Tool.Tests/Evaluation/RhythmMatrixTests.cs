using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class RhythmMatrixTests
{
    [Fact]
    public void Of_WorkedExample_CountsEveryLabelledSecond()
    {
        // labels: none to 2.5, sinus to 5.5, AF to 8; found S S A S S A A -. The seconds 0 and 1 have no label at their middle;
        // second 2 belongs to sinus (2.5 is its middle), second 5 to AF, second 7 was not judged
        RhythmSpan[] labels = [Span(2.5, 5.5, RhythmClass.Sinus), Span(5.5, 8, RhythmClass.AtrialFibrillation)];
        RhythmClass?[] found = [S, S, A, S, S, A, A, null];

        SecondScore af = RhythmMatrix.Of(labels, found, 0).Of(RhythmClass.AtrialFibrillation);

        Assert.Equal(new SecondScore(Tp: 2, Fn: 1, Fp: 1, Tn: 2), af);
        Assert.Equal((2 / 3d, 2 / 3d, 2 / 3d), (af.Se, af.Sp, af.Ppv));
    }

    [Fact]
    public void Of_LearningPeriod_BeginsWithTheFirstWholeSecond()
    {
        RhythmSpan[] labels = [Span(0, 10, RhythmClass.Sinus)];
        RhythmClass?[] found = [.. Enumerable.Repeat<RhythmClass?>(S, 10)];
        Assert.Equal(5, RhythmMatrix.Of(labels, found, 4.5).Confusion.Sum(row => row.Sum()));
    }

    [Fact]
    public void Of_TwoClassesAsOne_DoesNotMindWhichOfThemIsCalled()
    {
        RhythmSpan[] labels = [Span(0, 2, RhythmClass.VentricularTachycardia), Span(2, 4, RhythmClass.VentricularFibrillation)];
        RhythmClass?[] found = [RhythmClass.VentricularFibrillation, S, RhythmClass.VentricularTachycardia, RhythmClass.VentricularFibrillation];
        RhythmMatrix seconds = RhythmMatrix.Of(labels, found, 0);

        Assert.Equal(new SecondScore(3, 1, 0, 0), seconds.Of(RhythmClass.VentricularTachycardia, RhythmClass.VentricularFibrillation));
        Assert.Equal(new SecondScore(0, 2, 1, 1), seconds.Of(RhythmClass.VentricularTachycardia));
        Assert.Equal(new SecondScore(6, 2, 0, 0), (seconds + seconds).Of(RhythmClass.VentricularTachycardia, RhythmClass.VentricularFibrillation));
    }

    private static RhythmClass S => RhythmClass.Sinus;

    private static RhythmClass A => RhythmClass.AtrialFibrillation;

    private static RhythmSpan Span(double start, double end, RhythmClass rhythm) => new(new Episode(start, end), rhythm, "");
}
