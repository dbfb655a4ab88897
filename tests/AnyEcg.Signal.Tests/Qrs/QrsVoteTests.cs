namespace AnyEcg.Signal.Tests;

public sealed class QrsVoteTests
{
    private const uint TwoLeads = 3;

    private readonly QrsVote vote = new();

    [Fact]
    public void TryNext_LeadsWithinTheTolerance_AreOneBeatAtTheBetterLeadsPlace()
    {
        Beats(Qrs(0, 300, 0.6f), Qrs(1, 320, 0.9f), Qrs(1, 600, 0.9f), Qrs(0, 640, 0.6f));
        Assert.Equal([320L, 600L], Settled());
    }

    [Fact]
    public void TryNext_NoisyLeadBesideAGoodOne_IsOutvoted()
    {
        Beats([.. Good(0, 0, 20), .. Noisy(1, 140, 20)]);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 240L), Settled());
    }

    [Fact]
    public void TryNext_GoodLeadFallsSilent_TheNoisyOneIsNotHeardForFiveSeconds()
    {
        Beats([.. Good(0, 0, 10), .. Noisy(1, 140, 40)]);
        long[] after = [.. Settled().Where(s => s > 9 * 240)];
        Assert.True(after[0] > (9 * 240) + 1500, $"A beat of the noisy lead counted at {after[0]}.");
    }

    [Fact]
    public void TryNext_LeadThatNeverShowedABeat_DoesNotSilenceTheOthers()
    {
        Beats([.. Good(1, 0, 5)]);
        Assert.Equal(5, Settled().Length);
    }

    [Fact]
    public void TryNext_OneNoisyLeadOfTwelve_IsNotHeard()
    {
        Beats([.. Noisy(4, 0, 30)]);
        Assert.Empty(Settled(present: 0xfff));
    }

    [Fact]
    public void TryNext_TwoOfThreeLeads_CountOneDoesNot()
    {
        Beats(new(0, 300, 2), new(1, 320, 2), new(2, 600, 2));
        Assert.Equal([300L], Taken(900, 0b111));
    }

    [Fact]
    public void TryNext_LeadsInTwoSeconds_JoinsThem()
    {
        Beats(new QrsDetection(1, 330, 2));
        Assert.Empty(Taken(300, 0b11));
        Beats(new QrsDetection(0, 310, 2));
        Assert.Equal([310L], Taken(600, 0b11));
    }

    [Fact]
    public void Add_MaskOfLeads_HearsNoOther()
    {
        vote.Add([Qrs(0, 300, 0.9f), Qrs(1, 600, 0.9f)], 0b10);
        Assert.Equal([600L], Taken(900, 0b10));
    }

    [Fact]
    public void TryNext_LeadsDisagree_AgreementIsTheirShareOfTheWeight()
    {
        Beats(Qrs(0, 300, 0.75f));
        Assert.True(vote.TryNext(900, 0b11, out VotedBeat beat));
        Assert.Equal(0.75f, beat.Agreement);
    }

    private void Beats(params QrsDetection[] found) => vote.Add([.. found]);

    private long[] Settled(uint present = TwoLeads)
    {
        return Taken(long.MaxValue, present);
    }

    private long[] Taken(long before, uint present)
    {
        List<long> samples = [];
        while (vote.TryNext(before, present, out VotedBeat beat))
            samples.Add(beat.Sample);
        return [.. samples];
    }

    private static IEnumerable<QrsDetection> Good(int lead, int from, int count) =>
        Enumerable.Range(0, count).Select(i => Qrs(lead, from + (240 * i), 0.9f));

    private static IEnumerable<QrsDetection> Noisy(int lead, int from, int count) =>
        Enumerable.Range(0, count).Select(i => Qrs(lead, from + (240 * i), 0.5f));

    private static QrsDetection Qrs(int lead, long sample, float quality) => new(lead, sample, 2) { Quality = quality };
}
