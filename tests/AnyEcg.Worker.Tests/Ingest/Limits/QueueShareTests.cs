using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Worker.Tests;

public sealed class QueueShareTests
{
    private const int Capacity = 120;

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 40)]
    [InlineData(3, 30)]
    [InlineData(5, 20)]
    public void TryEnter_GreedyGroups_ShareEqually(int groups, int each)
    {
        QueueShare queue = new(Capacity);
        GroupQuota[] greedy = [.. Enumerable.Range(0, groups).Select(_ => Quota())];
        for (int i = 0; i < Capacity; i++)
        {
            Array.ForEach(greedy, g => queue.TryEnter(g, 1));
        }

        Assert.All(greedy, g => Assert.Equal(each, g.Queued));
        Assert.True(queue.TryEnter(Quota(), 1));
    }

    /// <summary>While no more than half of the queue is under way, as a broker's Receive Maximum has it, nobody is refused.</summary>
    [Fact]
    public void TryEnter_HalfOfTheQueueUnderWay_RefusesNobody() => Prop.ForAll(
        Gen.Choose(0, 3).ListOf(400).ToArbitrary(),
        groups =>
        {
            QueueShare queue = new(Capacity);
            GroupQuota[] quotas = [Quota(), Quota(), Quota(), Quota()];
            Queue<GroupQuota> underWay = new();
            foreach (int group in groups)
            {
                if (underWay.Count == Capacity / 2)
                {
                    queue.Leave(underWay.Dequeue(), 1);
                }

                if (!queue.TryEnter(quotas[group], 1))
                {
                    return false;
                }

                underWay.Enqueue(quotas[group]);
            }

            return queue.Queued == underWay.Count && quotas.Sum(q => q.Queued) == underWay.Count;
        }).QuickCheckThrowOnFailure();

    private static GroupQuota Quota() => new(QuotaSizes.Default, 0);
}
