namespace AnyEcg.Signal.Tests;

public sealed class VoteStateTests
{
    [Fact]
    public void Exchange_RestoredWhileDetectionsWait_VotesAlike()
    {
        QrsVote vote = Half(new Random(3), 0, new QrsVote());
        QrsVote restored = Saved.Into(Saved.Bytes(vote), new QrsVote());
        Assert.Equal([], StateLeaves.Differences(vote, restored));
        Half(new Random(4), 3000, vote);
        Half(new Random(4), 3000, restored);
        Assert.Equal(Beats(vote), Beats(restored));
        Assert.Equal(Saved.Bytes(vote), Saved.Bytes(restored));
    }

    private static QrsVote Half(Random random, long from, QrsVote vote)
    {
        vote.Add([.. Enumerable.Range(0, 40).Select(_ => new QrsDetection(random.Next(3), from + random.Next(3000), 2) { Quality = random.NextSingle() })]);
        while (vote.TryNext(from + 1500, 7, out _))
        {
        }

        return vote;
    }

    private static List<VotedBeat> Beats(QrsVote vote)
    {
        List<VotedBeat> beats = [];
        while (vote.TryNext(long.MaxValue, 7, out VotedBeat beat))
            beats.Add(beat);
        return beats;
    }
}
