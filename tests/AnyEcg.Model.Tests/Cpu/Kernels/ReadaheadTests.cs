namespace AnyEcg.Model.Tests;

public sealed unsafe class ReadaheadTests
{
    private const int Line = 64;

    [Theory]
    [InlineData(576, 128)]
    [InlineData(576, 512)]
    [InlineData(576, 482)]
    [InlineData(1, 16)]
    public void Take_UntilIdle_AsksForMostOfEachBlockInOrder(int blockLines, int lines)
    {
        Readahead readahead = new(3);
        byte* idle = (byte*)0x10;
        byte*[] blocks = [(byte*)0x100_0000, (byte*)0x400_0000, (byte*)0x200_0000];
        foreach (byte* block in blocks)
        {
            readahead.Add(block, blockLines * Line);
        }

        foreach (byte* block in blocks)
        {
            int asked = 0;
            for (; blockLines * Line - asked >= lines * Line / 2; asked += lines * Line)
            {
                Assert.Equal((nint)(block + asked), (nint)readahead.Take(lines, idle, out nint step));
                Assert.Equal(Line, step);
            }

            if (asked == 0)
            {
                Assert.Equal((nint)block, (nint)readahead.Take(lines, idle, out _));
            }
        }

        Assert.Equal((nint)idle, (nint)readahead.Take(lines, idle, out nint still));
        Assert.Equal(0, still);
    }

    [Fact]
    public void Clear_ThenTake_IsIdleAndMoreThanFitIsLeftOut()
    {
        Readahead readahead = new(1);
        readahead.Add((byte*)0x1000, 10 * Line);
        readahead.Add((byte*)0x9000, 10 * Line);
        Assert.Equal(0x1000, (nint)readahead.Take(10, null, out _));
        Assert.Equal(0, (nint)readahead.Take(10, null, out _));
        readahead.Add((byte*)0x1000, 10 * Line);
        readahead.Clear();
        Assert.Equal(0, (nint)readahead.Take(10, null, out _));
    }
}
