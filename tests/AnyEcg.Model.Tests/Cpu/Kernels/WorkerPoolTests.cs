namespace AnyEcg.Model.Tests;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyTimes_CoversEachIndexOnceAndIsDoneWhenItReturns(int workers)
    {
        using WorkerPool pool = new(workers);
        int[] touched = new int[100];
        for (int round = 1; round <= 2000; round++)
        {
            int count = round % 100 + 1, chunk = round % 9 + 1;
            Array.Clear(touched);
            pool.Run((worker, start, end) =>
            {
                Assert.InRange(worker, 0, workers - 1);
                for (int i = start; i < end; i++)
                {
                    touched[i]++;
                }
            }, count, chunk);
            Assert.Equal(count, touched.Sum());
            Assert.DoesNotContain(touched[..count], t => t != 1);
        }
    }

    [Fact]
    public void Run_WorkThrows_ThrowsToTheCallerAndStaysUsable()
    {
        using WorkerPool pool = new(3);
        for (int round = 0; round < 20; round++)
        {
            Assert.Throws<InvalidOperationException>(() => pool.Run(
                (_, start, _) => throw new InvalidOperationException($"chunk {start}"), 30, 2));
        }

        int sum = 0;
        pool.Run((_, start, end) => Interlocked.Add(ref sum, end - start), 30, 2);
        Assert.Equal(30, sum);
    }

    [Fact]
    public void Run_SharedChunk_NeverOnTwoWorkersAtOnceWithOneNumber()
    {
        using WorkerPool pool = new(4);
        int[] busy = new int[4];
        int clashes = 0;
        for (int round = 0; round < 500; round++)
        {
            pool.Run((worker, _, _) =>
            {
                if (Interlocked.Increment(ref busy[worker]) != 1)
                {
                    Interlocked.Increment(ref clashes);
                }

                Interlocked.Decrement(ref busy[worker]);
            }, 40, 1);
        }

        Assert.Equal(0, clashes);
    }
}
