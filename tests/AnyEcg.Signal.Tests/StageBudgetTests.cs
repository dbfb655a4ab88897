namespace AnyEcg.Signal.Tests;

/// <summary>No stage between the aligned samples and the second allocates, alone as together (<see cref="StreamSignalBudgetTests"/>).</summary>
public sealed class StageBudgetTests
{
    [Theory]
    [InlineData(125)]
    [InlineData(333.333)]
    [InlineData(360)]
    public void Resample_SteadyState_AllocatesNothing(double rate)
    {
        Resampler resampler = new(PolyphaseDesign.For(rate));
        float[] input = new float[100], output = new float[resampler.MaxOutputs(100)];
        (SampleMarks[] marks, SampleMarks[] outputMarks) = (new SampleMarks[100], new SampleMarks[output.Length]);
        AllocatesNothing(_ => resampler.Push(input, marks, output, outputMarks));
        Assert.True(resampler.NextOutput > 0);
    }

    [Fact]
    public void LeadPath_CleanClippedAndOff_AllocatesNothing()
    {
        StreamFormat format = Streams.Format(250, 1, MainsFrequency.Hz60);
        LeadPath path = new(format, PolyphaseDesign.For(250), 0);
        path.Restart(0);
        float[] codes = [.. Enumerable.Range(0, 50).Select(i => (float)(i % 9))];
        AllocatesNothing(turn => path.Push(codes.AsSpan(0, 50), deviceOff: turn % 40 == 0));
        AllocatesNothing(turn => path.Push(codes.AsSpan(turn % 2 * 25, 25), deviceOff: false));
    }

    [Fact]
    public void Filter_SteadyState_AllocatesNothing()
    {
        FilterChain chain = new(MainsFrequency.Hz50);
        float[] samples = new float[64];
        SampleMarks[] marks = new SampleMarks[64];
        AllocatesNothing(_ => chain.Run(samples, marks, LeadPath.ClipMillivolts));
    }

    private static void AllocatesNothing(Action<int> stage)
    {
        for (int turn = 0; turn < 200; turn++)
            stage(turn);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 400; turn++)
            stage(turn);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
