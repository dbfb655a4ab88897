using System.Diagnostics;

namespace AnyEcg.Fuzz.Tests;

/// <summary>The watchman is watched: a planted crash, hang and swelling are each found.</summary>
public sealed class FuzzRunnerTests
{
    private static readonly byte[] Seed = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Run_DecoderThatThrows_ReportsTheInput()
    {
        FuzzReport report = Run(input => input is [9, ..] ? throw new InvalidOperationException("planted") : true);
        Assert.NotEmpty(report.Findings);
        Assert.All(report.Findings, f => Assert.Equal(9, f.Bytes[0]));
        Assert.All(report.Findings, f => Assert.StartsWith("InvalidOperationException: planted", f.Fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_DecoderThatHangs_ReportsTheInput()
    {
        FuzzReport report = Run(input =>
        {
            long start = Stopwatch.GetTimestamp();
            while (input.Length == 0 && Stopwatch.GetElapsedTime(start) < 2 * FuzzRunner.TimeLimit)
            {
            }

            return true;
        });
        Assert.NotEmpty(report.Findings);
        Assert.All(report.Findings, f => Assert.Empty(f.Bytes));
    }

    [Fact]
    public void Run_DecoderThatBelievesALength_ReportsTheInput()
    {
        FuzzReport report = Run(input => new byte[input is [> 200, ..] ? input[0] * 1000 : 1].Length > 0);
        Assert.NotEmpty(report.Findings);
        Assert.All(report.Findings, f => Assert.True(f.Bytes[0] > 200));
    }

    [Fact]
    public void Make_TheSameNumber_GivesTheSameInput()
    {
        FuzzRunner one = new(Target(_ => true), [Seed], 7);
        FuzzRunner two = new(Target(_ => true), [Seed], 7);
        for (int i = 99; i >= 0; i--)
            Assert.Equal(one.Make(99 - i), two.Make(99 - i));
        Assert.Equal(one.Make(50), two.Make(50));
        Assert.NotEqual(one.Make(50), new FuzzRunner(Target(_ => true), [Seed], 8).Make(50));
    }

    private static FuzzReport Run(Func<byte[], bool> feed) => new FuzzRunner(Target(feed), [Seed], 1).Run(20_000);

    private static FuzzTarget Target(Func<byte[], bool> feed) => new() { Name = "planted", Mutator = new ByteMutator(), Feed = feed };
}
