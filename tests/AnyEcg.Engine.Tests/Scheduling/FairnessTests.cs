using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>
/// An engine in simulated time: a frame costs 80 microseconds, a step 200 and 30 for each row, as measured of the real ones. What
/// is asserted is the time from a frame's receipt to the judgement of its second.
/// </summary>
public sealed class FairnessTests
{
    /// <summary>Frames of each stream.</summary>
    private const int Frames = 12;

    private static readonly TestEcg Ecg = new();

    /// <summary>Seconds of ECG, all at once: 0.33 s of work.</summary>
    private const int FloodSeconds = 3000;

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void RunOnce_OneStreamFloods_DelaysTheOthersNoMoreThanTwofold(int streams)
    {
        double[] alone = Play(streams, flood: 0).Delays();
        Load load = Play(streams, FloodSeconds);
        double[] flooded = load.Delays();
        Assert.Equal(alone.Length, flooded.Length);
        Assert.True(flooded.Average() <= 2 * alone.Average(), $"mean {alone.Average()} s alone, {flooded.Average()} s beside the flood");
        Assert.True(Tail(flooded) <= 2 * Math.Max(Tail(alone), 0.001), $"99th percentile {Tail(alone)} s alone, {Tail(flooded)} s beside the flood");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void RunOnce_OneStreamFloods_IsDoneInTime(int streams)
    {
        Load load = Play(streams, FloodSeconds);
        Assert.InRange(load.Flood.Count, FloodSeconds - 1, FloodSeconds);
        Assert.InRange(load.Flood.Max(), 0.33, 1);
    }

    [Fact]
    public void RunOnce_FramesOfFiveSeconds_AreLiveToo()
    {
        double[] alone = Play(50, flood: 0, frameSeconds: 5).Delays(), flooded = Play(50, FloodSeconds, frameSeconds: 5).Delays();
        Assert.True(Tail(flooded) <= 2 * Math.Max(Tail(alone), 0.001), $"99th percentile {Tail(alone)} s alone, {Tail(flooded)} s beside the flood");
    }

    [Fact]
    public void RunOnce_TenStreams_AnswersWithinMilliseconds() => Assert.InRange(Tail(Play(10, flood: 0).Delays()), 0, 0.002);

    [Fact]
    public void RunOnce_ThousandStreams_SharesSteps()
    {
        List<int> rows = [];
        Play(1000, flood: 0, rows);
        Assert.InRange(rows.Skip(rows.Count / 2).Average(), 8, 40);
    }

    private static Load Play(int streams, int flood, List<int>? rows = null, int frameSeconds = 1)
    {
        HostileClock clock = new(1_000_000_000);
        Load load = new(clock);
        using HashRunner runner = new(slots: streams + 1)
        {
            Stepping = n =>
            {
                rows?.Add(n);
                clock.Advance(TimeSpan.FromMicroseconds(200 + (30 * n)));
            },
        };
        using StreamEngine engine = new(runner, new EngineOptions { InputCapacity = 100_000 }, AlertSettings.Default, load, clock);
        for (int i = 0; i <= streams; i++)
            engine.TrySubmit(EngineInput.OfFormat(Bench.Key(i), Ecg.Format));
        engine.Drain();
        Play(engine, clock, streams, flood, frameSeconds);
        return load;
    }

    private static void Play(StreamEngine engine, HostileClock clock, int streams, int flood, int frameSeconds)
    {
        DateTimeOffset start = clock.GetUtcNow();
        EcgFrame[] frames = [.. Enumerable.Range(0, Frames).Select(i => Ecg.Frame(i * frameSeconds * 250L, frameSeconds * 250))];
        double step = (double)frameSeconds / streams;
        for (int next = 0; next < Frames * streams;)
        {
            double now = (clock.GetUtcNow() - start).TotalSeconds;
            for (; next < Frames * streams && next * step <= now; next++)
            {
                if (next == 3 * streams)
                    Flood(engine, flood, clock);
                Submit(engine, 1 + (next % streams), Copy(frames[next / streams]), start.AddSeconds(next * step));
            }

            if (!engine.RunOnce())
                clock.Advance(TimeSpan.FromMicroseconds(100));
        }

        engine.Drain();
    }

    private static void Flood(StreamEngine engine, int seconds, HostileClock clock)
    {
        for (int i = 0; i < seconds; i++)
            Submit(engine, 0, Ecg.Frame(i * 250L, 250), clock.GetUtcNow());
    }

    private static EcgFrame Copy(EcgFrame of)
    {
        EcgFrame frame = new() { Epoch = of.Epoch, FirstSample = of.FirstSample };
        frame.Resize(1, of.SamplesPerLead);
        of.LeadSamples(0).CopyTo(frame.LeadSamples(0));
        return frame;
    }

    private static void Submit(StreamEngine engine, int stream, EcgFrame frame, DateTimeOffset received)
    {
        frame.ReceivedNs = (received - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        Assert.True(engine.TrySubmit(EngineInput.OfFrame(Bench.Key(stream), frame)));
    }

    private static double Tail(double[] delays) => delays.Order().ElementAt((int)(0.99 * (delays.Length - 1)));

    private sealed class Load(HostileClock clock) : IEngineOutput
    {
        private readonly List<double> live = [];

        /// <summary>Of the flooding stream.</summary>
        public List<double> Flood { get; } = [];

        /// <summary>Of all others, seconds, after two seconds to settle.</summary>
        public double[] Delays() => [.. live];

        public void Alert(AlertTransition transition)
        {
            // Not of interest here.
        }

        public void Rhythm(RhythmSummary summary)
        {
            // Not of interest here.
        }

        public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
        {
            double delay = (clock.NowNs() - patch.CompletedNs) * 1e-9;
            if (key == Bench.Key(0))
                Flood.Add(delay);
            else if (patch.Second >= 2)
                live.Add(delay);
        }

        public void FrameDone(in EngineInput input, FrameOutcome outcome) => clock.Advance(TimeSpan.FromMicroseconds(80));
    }
}
