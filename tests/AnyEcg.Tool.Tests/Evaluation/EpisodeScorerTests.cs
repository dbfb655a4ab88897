using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Tool.Tests;

public sealed class EpisodeScorerTests
{
    [Fact]
    public void Score_WorkedExample_GivesEpisodesAndDurations()
    {
        // annotated: 300-400 (cut at 300), 500-510, 600-650; found: 390-420, 505-506, 700-720
        EpisodeScore score = EpisodeScorer.Score(
            [new(250, 400), new(500, 510), new(600, 650)], [new(390, 420), new(505, 506), new(700, 720)], 300, 1800);

        Assert.Equal((2 / 3d, 2 / 3d), (score.EpisodeSe, score.EpisodePpv));
        Assert.Equal((11 / 160d, 11 / 51d), (score.DurationSe, score.DurationPpv));
    }

    [Fact]
    public void Score_AllBeforeTheScoredPart_IsUndefined()
    {
        EpisodeScore score = EpisodeScorer.Score([new(10, 300)], [new(20, 40)], 300, 600);

        Assert.Equal(((double?)null, (double?)null, (double?)null, (double?)null), (score.EpisodeSe, score.EpisodePpv, score.DurationSe, score.DurationPpv));
    }

    [Fact]
    public void Score_TouchingEpisodes_AreOneEpisodeAndNoOverlap()
    {
        EpisodeScore score = EpisodeScorer.Score([new(0, 10), new(10, 20)], [new(20, 30)], 0, 100);

        Assert.Equal((1, 0, 0d), (score.Annotated, score.AnnotatedFound, score.OverlapSeconds));
    }

    [Fact]
    public void Score_EpisodesAtTheBorderOfTheScoredPart_CountFromTheBorderOn()
    {
        // ends at the border: gone; begins at it: whole; a found one that reaches over it is right for its part behind it
        EpisodeScore score = EpisodeScorer.Score([new(200, 300), new(300, 310)], [new(290, 305), new(240, 300)], 300, 600);

        Assert.Equal((1, 1, 1, 1), (score.Annotated, score.AnnotatedFound, score.Found, score.FoundRight));
        Assert.Equal((10, 5, 5), (score.AnnotatedSeconds, score.FoundSeconds, score.OverlapSeconds));
    }

    [Fact]
    public void Score_Tolerance_LeavesOutTheTimeAroundMarks()
    {
        // annotated 100-200; found 104-203 and 206-208. Strict: 96 of 100 s, 96 of 101 s. Within 5 s of the marks nothing counts:
        // annotated 105-195, found 105-195 and 206-208; the second found one is 6 s away, so it is wrong in both ways.
        List<Episode> truth = [new(100, 200)], found = [new(104, 203), new(206, 208)];
        EpisodeScore strict = EpisodeScorer.Score(truth, found, 0, 1000);
        EpisodeScore tolerant = EpisodeScorer.Score(truth, found, 0, 1000, 5);

        Assert.Equal((0.96, 96 / 101d), (strict.DurationSe, strict.DurationPpv));
        Assert.Equal((1, 90 / 92d), (tolerant.DurationSe, tolerant.DurationPpv));
        Assert.Equal((1, 0.5), (tolerant.EpisodeSe, tolerant.EpisodePpv));
    }

    [Fact]
    public void Score_Tolerance_MatchesEpisodesThatAreLessFarApart()
    {
        EpisodeScore score = EpisodeScorer.Score([new(100, 110)], [new(112, 120)], 0, 1000, 3);

        Assert.Equal((1, 1, 0d), (score.EpisodeSe, score.EpisodePpv, score.OverlapSeconds));
        Assert.Equal((4, 7), (score.AnnotatedSeconds, score.FoundSeconds));
    }

    [Fact]
    public void Score_BordersOfTheRecord_AreNoMarks()
    {
        EpisodeScore score = EpisodeScorer.Score([new(0, 100)], [new(0, 100)], 0, 100, 5);

        Assert.Equal((100, 100), (score.AnnotatedSeconds, score.FoundSeconds));
    }

    [Fact]
    public void Score_Nothing_IsUndefined() => Assert.Equal(default(EpisodeScore), EpisodeScorer.Score([], [], 0, 100));

    [Fact]
    public void Score_AnyEpisodes_IsSymmetricAndAgreesWithACountOfSeconds()
    {
        Gen<List<Episode>> episodes =
            from items in Gen.ListOf(Gen.Choose(0, 100).Two())
            select items.Select(p => new Episode(Math.Min(p.Item1, p.Item2), Math.Max(p.Item1, p.Item2))).ToList();
        Prop.ForAll(episodes.ToArbitrary(), episodes.ToArbitrary(), (truth, found) =>
        {
            EpisodeScore one = EpisodeScorer.Score(truth, found, 0, 90);
            EpisodeScore other = EpisodeScorer.Score(found, truth, 0, 90);
            int both = Enumerable.Range(0, 90).Count(k => Covers(truth, k) && Covers(found, k));
            Assert.Equal(both, one.OverlapSeconds);
            Assert.Equal(Enumerable.Range(0, 90).Count(k => Covers(truth, k)), one.AnnotatedSeconds);
            Assert.Equal((one.EpisodeSe, one.DurationSe), (other.EpisodePpv, other.DurationPpv));
            List<Episode> joined = Episode.Join(truth.Select(e => e.Clip(0, 90)));
            Assert.Equal(joined.Count(e => found.Exists(f => f.Seconds > 0 && f.Clip(0, 90).Overlaps(e))), one.AnnotatedFound);
        }).QuickCheckThrowOnFailure();
    }

    private static bool Covers(List<Episode> episodes, int second) => episodes.Exists(e => e.Start <= second && e.End > second);
}
