using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class StreamSignalTests
{
    [Fact]
    public void Push_AnySplitIntoFrames_BitIdenticalSeconds()
    {
        Gen<(double Rate, int[] Cuts, int Offs)> cases =
            from rate in Gen.Elements(Streams.Rates)
            from cuts in Gen.Choose(1, 400).ArrayOf(40)
            from offs in Gen.Choose(0, 3)
            select (rate, cuts, offs);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            CollectedSeconds split = Run(c.Rate, c.Cuts, c.Offs);
            CollectedSeconds single = Run(c.Rate, [1], c.Offs);
            Assert.NotEmpty(split);
            Same(single, split);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Push_LongLoss_EmitsEmptySecondsThenJumps()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(360), new StreamSignalOptions { MaxEmptySeconds = 5 });
        signal.Push(Streams.Frame(0, 900, 1, (lead, n) => Streams.Beats(360, lead, n)), seconds);
        signal.Push(Streams.Frame(36000, 1800, 1, (lead, n) => Streams.Beats(360, lead, n)), seconds);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 100, 101, 102, 103], seconds.Select(second => second.Second));
        Assert.All(seconds.Skip(3).Take(5), second => Assert.Equal(0u, second.Present));
        Assert.Equal(92, signal.Counters.SecondsJumped);
    }

    /// <summary>The same samples always, with the lead-off bit of each third second drawn from <paramref name="offs"/>.</summary>
    private static CollectedSeconds Run(double rate, int[] cuts, int offs)
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(rate, 2), new StreamSignalOptions());
        int block = (int)rate / 3;
        long total = (long)(rate * 6);
        int cut = 0;
        for (long at = 0; at < total;)
        {
            long end = Math.Min(Math.Min(at + cuts[cut++ % cuts.Length], total), ((at / block) + 1) * block);
            uint off = (uint)((at / block * 7) & offs);
            signal.Push(Streams.Frame(at, (int)(end - at), 2, (lead, n) => Streams.Beats(rate, lead, n), off), seconds);
            at = end;
        }

        return seconds;
    }

    private static void Same(CollectedSeconds expected, CollectedSeconds actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Second, actual[i].Second);
            Assert.Equal(expected[i].Present, actual[i].Present);
            Assert.Equal(expected[i].Flags, actual[i].Flags);
            Assert.Equal(expected[i].MissingShare, actual[i].MissingShare);
            Assert.True(expected[i].Samples.AsSpan().SequenceEqual(actual[i].Samples));
            Assert.Equal(expected[i].Qrs, actual[i].Qrs);
        }
    }
}
