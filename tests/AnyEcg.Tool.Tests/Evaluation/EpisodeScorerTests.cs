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
        }).QuickCheckThrowOnFailure();
    }

    private static bool Covers(List<Episode> episodes, int second) => episodes.Exists(e => e.Start <= second && e.End > second);
}
