namespace AnyEcg.Signal.Tests;

/// <summary>Memory of the signal path: none per frame, and the same after two weeks.</summary>
public sealed class StreamSignalBudgetTests
{
    [Theory]
    [InlineData(130)]
    [InlineData(300)]
    [InlineData(360)]
    [InlineData(1000)]
    public void Push_SteadyState_AllocatesNothing(double rate)
    {
        int size = (int)rate / 4;
        StreamSignal signal = new(Streams.Format(rate, 3, MainsFrequency.Hz50), new StreamSignalOptions());
        OneSecond sink = new(3);
        EcgFrame frame = Streams.Frame(0, size, 3, (lead, n) => Streams.Beats(rate, lead, n));
        Feed(signal, frame, sink, 200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Feed(signal, frame, sink, 400);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sink.Emitted > 100);
    }

    [Fact]
    public void Push_FourteenDaysWithLosses_MemoryIsFlat()
    {
        // One frame of ten seconds each two hours keeps it short; all the rest of the fortnight is loss.
        StreamSignal signal = new(Streams.Format(250), new StreamSignalOptions());
        OneSecond sink = new(1);
        EcgFrame frame = Streams.Frame(0, 2500, 1, (lead, n) => Streams.Beats(250, lead, n));
        long before = 0;
        for (long hour = 0; hour < 14 * 24; hour += 2)
        {
            if (hour == 24)
                before = GC.GetAllocatedBytesForCurrentThread();

            frame.FirstSample = hour * 3600 * 250;
            signal.Push(frame, sink);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        StreamSignalCounters counters = signal.Counters;
        Assert.Equal(sink.LastSecond + 1, counters.SecondsEmitted + counters.SecondsJumped);
        Assert.Equal(counters.Aligner.SamplesProcessed + counters.Aligner.SamplesGap, frame.FirstSample + 2500);
    }

    private static void Feed(StreamSignal signal, EcgFrame frame, IPatchSink sink, int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            signal.Push(frame, sink);
            frame.FirstSample += frame.SamplesPerLead;
        }
    }

    private sealed class OneSecond(int leads) : IPatchSink
    {
        private readonly PatchSecond second = new(leads);

        public int Emitted { get; private set; }

        public long LastSecond { get; private set; }

        public PatchSecond Rent(int leadCount) => second;

        public void Emit(PatchSecond second) => (Emitted, LastSecond) = (Emitted + 1, second.Second);
    }
}
