using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

public sealed class PresenceHistoryTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    [InlineData(1024)]
    public void See_AnySeconds_EqualsASetOfSeconds(int window)
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            PresenceHistory history = new(3, window);
            ulong[] seen = new ulong[history.Words];
            HashSet<long> held = [];
            long last = SlotTable.Never;
            for (int i = 0; i < 40; i++)
            {
                long second = Math.Max(last, 0) + 1 + (random.Next(6) == 0 ? random.Next(2 * window) : random.Next(3));
                long count = random.Next(window);
                history.See(1, second - 1 - last, count, seen);
                for (int bit = 0; bit < 64 * history.Words; bit++)
                {
                    Assert.Equal(bit < count && held.Contains(second - 1 - bit), (seen[bit / 64] >> bit % 64 & 1) != 0);
                }

                history.Append(1, second - last);
                held.Add(second);
                last = second;
                for (int back = 0; back <= window; back++)
                {
                    Assert.Equal(back < window && held.Contains(last - back), history.Holds(1, back));
                }
            }

            Assert.False(history.Holds(0, 0));
            Assert.False(history.Holds(2, 0));
            history.Forget(1);
            Assert.False(history.Holds(1, 0));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithReplay(2, 3));
    }
}
