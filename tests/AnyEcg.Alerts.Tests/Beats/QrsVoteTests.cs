using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class QrsVoteTests
{
    private const uint TwoLeads = 3;

    private readonly QrsVote vote = new();
    private readonly BeatTrain train = new(64);

    [Fact]
    public void Settle_LeadsWithinTheTolerance_AreOneBeatAtTheBetterLeadsPlace()
    {
        Beats(Qrs(0, 300, 0.6f), Qrs(1, 320, 0.9f), Qrs(1, 600, 0.9f), Qrs(0, 640, 0.6f));
        Assert.Equal([320L, 600L], Settled());
    }

    [Fact]
    public void Settle_NoisyLeadBesideAGoodOne_IsOutvoted()
    {
        Beats([.. Good(0, 0, 20), .. Noisy(1, 140, 20)]);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 240L), Settled());
    }

    [Fact]
    public void Settle_GoodLeadFallsSilent_TheNoisyOneIsNotHeardForFiveSeconds()
    {
        Beats([.. Good(0, 0, 10), .. Noisy(1, 140, 40)]);
        long[] after = [.. Settled().Where(s => s > 9 * 240)];
        Assert.True(after[0] > (9 * 240) + 1500, $"A beat of the noisy lead counted at {after[0]}.");
    }

    [Fact]
    public void Settle_LeadThatNeverShowedABeat_DoesNotSilenceTheOthers()
    {
        Beats([.. Good(1, 0, 5)]);
        Assert.Equal(5, Settled().Length);
    }

    [Fact]
    public void Settle_OneNoisyLeadOfTwelve_IsNotHeard()
    {
        Beats([.. Noisy(4, 0, 30)]);
        Assert.Empty(Settled(present: 0xfff));
    }

    private void Beats(params QrsDetection[] found) => vote.Add([.. found]);

    private long[] Settled(uint present = TwoLeads)
    {
        vote.Settle(long.MaxValue, present, true, train);
        return [.. Enumerable.Range(0, train.Count).Select(i => train[i].Sample).Reverse()];
    }

    private static IEnumerable<QrsDetection> Good(int lead, int from, int count) =>
        Enumerable.Range(0, count).Select(i => Qrs(lead, from + (240 * i), 0.9f));

    private static IEnumerable<QrsDetection> Noisy(int lead, int from, int count) =>
        Enumerable.Range(0, count).Select(i => Qrs(lead, from + (240 * i), 0.5f));

    private static QrsDetection Qrs(int lead, long sample, float quality) => new(lead, sample, 2) { Quality = quality };
}
