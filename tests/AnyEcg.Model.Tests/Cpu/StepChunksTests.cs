using AnyEcg.Engine;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

public sealed class StepChunksTests
{
    [Fact]
    public void Cut_AnyPlan_EachRowInOneChunkAndEachChunkInOneGroup()
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            int rows = random.Next(1, 300), workers = random.Next(1, 5);
            StepPlan plan = Plan(random, rows);
            StepChunks chunks = new(rows);
            chunks.Cut(plan, workers);
            int row = 0, chunk = 0;
            for (int group = 0; group < chunks.Groups; group++)
            {
                Assert.Equal(chunk, chunks.ChunksOf(group).Start);
                Assert.True(chunks.ChunksOf(group).End > chunk);
                for (; chunk < chunks.ChunksOf(group).End; chunk++)
                {
                    (int start, int end) = chunks.Rows(chunk);
                    Assert.Equal(row, start);
                    Assert.True(end > start);
                    Assert.Equal((plan.RowTokenStart[start], plan.RowTokenStart[end]), chunks.TokensOf(chunk));
                    Assert.InRange(chunks.TokensOf(chunk).End - chunks.TokensOf(chunk).Start, 1, StepChunks.Tokens);
                    row = end;
                }
            }

            Assert.Equal(rows, row);
            Assert.Equal(chunks.Count, chunk);
            Assert.InRange(chunks.Groups, 1, 2 * workers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(5, 9));
    }

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(112, 2, 1)]
    [InlineData(128, 2, 2)]
    [InlineData(512, 2, 4)]
    [InlineData(512, 1, 1)]
    public void Cut_RowsOfOneLead_GroupsOfFourChunksOrMore(int rows, int workers, int groups)
    {
        StepPlan plan = new(rows, rows);
        PatchSecond patch = new(1) { Present = 1 };
        for (int row = 0; row < rows; row++)
        {
            Assert.True(plan.TryAdd(new KvSlot(row), new LeadSet(Lead.II), patch));
        }

        StepChunks chunks = new(rows);
        chunks.Cut(plan, workers);
        Assert.Equal(groups, chunks.Groups);
    }

    private static StepPlan Plan(Random random, int rows)
    {
        LeadSet leads = new([.. Enumerable.Range(0, 12).Select(i => (Lead)i)]);
        StepPlan plan = new(rows, 12 * rows);
        PatchSecond patch = new(12);
        int most = random.Next(1, 13);
        for (int row = 0; row < rows; row++)
        {
            patch.Present = (1u << random.Next(1, most + 1)) - 1;
            Assert.True(plan.TryAdd(new KvSlot(row), leads, patch));
        }

        return plan;
    }
}
