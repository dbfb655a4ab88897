using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>What one more stream costs in objects. The rings, which the runner keeps, are beside it.</summary>
[Collection(nameof(MemoryAlone))]
public sealed class StreamMemoryTests
{
    private const int Streams = 64;

    [Theory]
    [InlineData(1, 96_000)]
    [InlineData(2, 128_000)]
    public void Streams_OfSomeMinutes_TakeSoManyBytesEach(int leads, int most)
    {
        long one = Heap(leads, 1), many = Heap(leads, 1 + Streams);
        long each = (many - one) / Streams;
        Assert.InRange(each, 1, most);
    }

    private static long Heap(int leads, int streams)
    {
        HashRunner runner = new(slots: 2 * (Streams + 1), judge: TestJudge.Random(1));
        using StreamEngine engine = new(runner, new EngineOptions(), AlertSettings.Default, new Nowhere(), new HostileClock());
        TestEcg ecg = new(leads: leads);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int s = 1; s <= streams; s++)
            engine.TrySubmit(EngineInput.OfFormat(Bench.Key(s), ecg.Format));
        for (int second = 0; second < 150; second++)
        {
            EcgFrame frame = ecg.Frame(second * 250L, 250, receivedNs: ecg.Received((second + 1) * 250L));
            for (int s = 1; s <= streams; s++)
                engine.TrySubmit(EngineInput.OfFrame(Bench.Key(s), frame));
            engine.Drain();
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(streams, engine.Snapshot().StreamsActive);
        return after - before;
    }

    private sealed class Nowhere : IEngineOutput
    {
        public void Alert(AlertTransition transition)
        {
        }

        public void Rhythm(RhythmSummary summary)
        {
        }

        public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
        {
        }

        public void FrameDone(in EngineInput input, FrameOutcome outcome)
        {
        }
    }
}
