using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Tool.Tests;

public sealed class BeatMatcherTests
{
    [Fact]
    public void Score_WorkedExample_CountsEveryCell()
    {
        // annotated:  N 1.0   V 2.0   S 3.0   F 4.0   V 5.0   N 6.0           N 8.0
        // found:      N 1.1   V 2.0   N 3.1   V 4.0           V 6.15  S 7.0   N 8.2 (too far)
        BeatScore score = BeatMatcher.Score(
            [N(1.0), V(2.0), S(3.0), F(4.0), V(5.0), N(6.0), N(8.0)],
            [N(1.1), V(2.0), N(3.1), V(4.0), V(6.15), S(7.0), N(8.2)], 0, []);

        Assert.Equal(new Tally(5, 2, 2), score.Qrs);
        Assert.Equal(new Tally(1, 1, 1), score.V); // F called V is forgiven; N called V is not
        Assert.Equal(new Tally(0, 1, 1), score.S);
        Assert.Equal(new Tally(0, 1, 0), score.F);
        Assert.Equal((5 / 7d, 0.5), (score.Qrs.Se, score.V.Se));
    }

    [Fact]
    public void Score_UnclassifiableBeat_ForgivesAnyClass()
    {
        BeatScore score = BeatMatcher.Score([Q(1), Q(2), Q(3)], [V(1), S(2), F(3)], 0, []);

        Assert.Equal(new Tally(3, 0, 0), score.Qrs);
        Assert.Equal((default(Tally), default(Tally), default(Tally)), (score.V, score.S, score.F));
        Assert.Null(score.V.Se);
    }

    [Fact]
    public void Score_WorkedExample_FillsTheConfusionMatrix()
    {
        // as above: N-N, V-V, S-N, F-V, V missed, N-V at 150 ms, S from nothing, N missed, N from nothing
        BeatScore score = BeatMatcher.Score(
            [N(1.0), V(2.0), S(3.0), F(4.0), V(5.0), N(6.0), N(8.0)],
            [N(1.1), V(2.0), N(3.1), V(4.0), V(6.15), S(7.0), N(8.2)], 0, []);

        Assert.Equal(
            [
                [1, 0, 1, 0, 0, 1], // N
                [1, 0, 0, 0, 0, 0], // S
                [0, 0, 1, 0, 0, 1], // V
                [0, 0, 1, 0, 0, 0], // F
                [0, 0, 0, 0, 0, 0], // Q
                [1, 1, 0, 0, 0, 0], // no beat
            ],
            score.Confusion);
        Assert.Equal(new Tally(1, 2, 2), score.N);
    }

    [Fact]
    public void Score_NoBeats_IsUndefined()
    {
        BeatScore score = BeatMatcher.Score([], [], 0, []);
        Assert.Equal((null, null, null), (score.Qrs.Se, score.Qrs.Ppv, score.V.Se));
    }

    [Fact]
    public void Score_BeatsAtTheBorderOfTheScoredPart_GoByTheAnnotatedOne()
    {
        // 300.0 counts though found before it; 299.9 does not though found behind it
        BeatScore score = BeatMatcher.Score([N(299.9), N(300.0 + 0.6)], [N(300.02), N(300.5)], 300, []);
        Assert.Equal(new Tally(1, 0, 0), score.Qrs);
        Assert.Equal(new Tally(1, 0, 0), BeatMatcher.Score([N(300)], [N(299.9)], 300, []).Qrs);
    }

    [Fact]
    public void Pair_EquallyFar_TakesTheEarlier() =>
        Assert.Equal([(N(1.0), N(0.9375)), (null, N(1.0625))], BeatMatcher.Pair([N(1.0)], [N(0.9375), N(1.0625)]));

    [Theory]
    [InlineData(0.150, 1)]
    [InlineData(-0.150, 1)]
    [InlineData(0.151, 0)]
    [InlineData(-0.151, 0)]
    public void Score_Window_Is150Milliseconds(double offset, int matched) =>
        Assert.Equal(matched, BeatMatcher.Score([N(1)], [N(1 + offset)], 0, []).Qrs.Tp);

    [Fact]
    public void Pair_TwoCandidates_TakesTheNearer()
    {
        Assert.Equal([(null, N(0.9)), (N(1.0), N(1.02))], BeatMatcher.Pair([N(1.0)], [N(0.9), N(1.02)]));
        Assert.Equal([(N(0.9), null), (N(1.0), N(1.02))], BeatMatcher.Pair([N(0.9), N(1.0)], [N(1.02)]));
    }

    [Fact]
    public void Score_LearningPeriodAndFibrillation_DoNotCount()
    {
        BeatScore score = BeatMatcher.Score(
            [N(299.9), N(300.1), N(310), N(320)], [N(299.9), N(300.05), N(311), N(312.5)], 300, [new Episode(305, 312)]);

        Assert.Equal(new Tally(1, 1, 1), score.Qrs);
    }

    [Fact]
    public void Pair_AnyBeats_UsesEachOnceWithinTheWindow()
    {
        Gen<List<TimedBeat>> beats =
            from steps in Gen.ListOf(Gen.Choose(1, 600))
            select Timeline(steps);
        Prop.ForAll(beats.ToArbitrary(), beats.ToArbitrary(), (truth, found) =>
        {
            List<(TimedBeat? Truth, TimedBeat? Found)> pairs = [.. BeatMatcher.Pair(truth, found)];
            Assert.Equal(truth, pairs.Where(p => p.Truth is not null).Select(p => p.Truth!.Value));
            Assert.Equal(found, pairs.Where(p => p.Found is not null).Select(p => p.Found!.Value));
            Assert.All(
                pairs.Where(p => p is { Truth: not null, Found: not null }),
                p => Assert.InRange(Math.Abs(p.Truth!.Value.Seconds - p.Found!.Value.Seconds), 0, 0.1501));
        }).QuickCheckThrowOnFailure();
    }

    private static List<TimedBeat> Timeline(IEnumerable<int> steps)
    {
        List<TimedBeat> beats = [];
        double seconds = 0;
        foreach (int step in steps)
        {
            seconds += step / 1000d;
            beats.Add(N(seconds));
        }

        return beats;
    }

    private static TimedBeat N(double seconds) => new(seconds, BeatClass.N);

    private static TimedBeat S(double seconds) => new(seconds, BeatClass.S);

    private static TimedBeat V(double seconds) => new(seconds, BeatClass.V);

    private static TimedBeat F(double seconds) => new(seconds, BeatClass.F);

    private static TimedBeat Q(double seconds) => new(seconds, BeatClass.Q);
}
