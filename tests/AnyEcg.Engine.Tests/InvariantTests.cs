using AnyEcg.Alerts;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Engine.Tests;

public sealed class InvariantTests
{
    private const int Seconds = 150;
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(12).WithReplay(7, 77);

    [Fact]
    public void Reference_Recording_RaisesSeveralKinds()
    {
        Recorder whole = Whole(new TestEcg());
        Assert.True(whole.Alerts.Select(t => t.Kind).Distinct().Count() >= 4, string.Join(", ", whole.AlertsInSamples));
        Assert.Equal(Seconds, whole.Results.Count);
        Assert.Contains(whole.Results, r => r.Beats.Length > 0);
    }

    [Fact]
    public void Chunking_AnySplit_GivesTheSameAlertsAndResults()
    {
        TestEcg ecg = new(leads: 2);
        Recorder whole = Whole(ecg);
        Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using Bench bench = new Bench().Open(ecg);
            Random random = new(seed);
            bench.Push(Split(ecg, random, 1, 900)).Close();
            AssertSame(whole, bench.Output);
        }));
    }

    [Fact]
    public void Chunking_WithABeatJudge_GivesTheSameAlertsAndResults()
    {
        TestEcg ecg = new(leads: 2);
        using Bench whole = new Bench(runner: new HashRunner(judge: TestJudge.Random(3))).Open(ecg);
        whole.Push(ecg.Frames(Seconds, 250)).Close();
        Assert.Contains(whole.Output.Results, r => r.Beats.Length > 0);
        Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using Bench bench = new Bench(runner: new HashRunner(judge: TestJudge.Random(3))).Open(ecg);
            bench.Push(Split(ecg, new Random(seed), 1, 900)).Close();
            AssertSame(whole.Output, bench.Output);
        }));
    }

    [Fact]
    public void Chunking_SampleBySample_GivesTheSameAlerts()
    {
        TestEcg ecg = new(leads: 1, rate: 100);
        using Bench bench = new Bench().Open(ecg);
        bench.Push(ecg.Frames(Seconds, 1)).Close();
        AssertSame(Whole(ecg), bench.Output);
    }

    [Fact]
    public void Disorder_WithinTheTolerance_ChangesNothing()
    {
        TestEcg ecg = new(leads: 2);
        Recorder whole = Whole(ecg);
        Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using Bench bench = new Bench().Open(ecg);
            Random random = new(seed);
            bench.Push(Disorder([.. Split(ecg, random, 50, 200)], random)).Close();
            AssertSame(whole, bench.Output);
            Assert.Equal(0, bench.Balanced().SamplesGap);
        }));
    }

    [Fact]
    public void Conservation_LossDuplicatesAndDisorder_EveryFrameIsAccountedFor() =>
        Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            TestEcg ecg = new(leads: 2);
            using Bench bench = new(new EngineOptions { InputCapacity = 50, BacklogSeconds = 20 });
            bench.Open(ecg);
            foreach (EcgFrame frame in Disorder([.. Split(ecg, random, 50, 500).Where(_ => random.Next(6) > 0)], random))
            {
                if (random.Next(40) == 0)
                    frame.Resize(1, 5);
                bench.Engine.SubmitOrDrop(EngineInput.OfFrame(Bench.Key(random.Next(30) == 0 ? 9 : 1), frame));
                if (random.Next(30) == 0)
                    bench.Engine.RunOnce();
                if (random.Next(30) == 0)
                    bench.Balanced();
            }

            EngineSnapshot end = bench.Close().Balanced();
            Assert.Equal((0L, 0L), (end.FramesPending, end.PatchesPending));
            Assert.Equal(0, bench.Runner.Open);
            Assert.Equal(end.FramesReceived - end.FramesDropped, bench.Output.Done.Count);
        }));

    [Fact]
    public void Batching_WithOtherStreams_GivesTheSameAsAlone()
    {
        TestEcg[] ecgs = [.. Enumerable.Range(0, 5).Select(i => new TestEcg(i, leads: 1 + (i % 3)))];
        using Bench together = new(new EngineOptions { MaxBatch = 7 });
        for (int i = 0; i < ecgs.Length; i++)
            together.Open(ecgs[i], i);
        IEnumerator<EcgFrame>[] sources = [.. ecgs.Select((e, i) => e.Frames(Seconds, 60 + (37 * i)).GetEnumerator())];
        bool any = true;
        while (any)
        {
            any = false;
            for (int i = 0; i < sources.Length; i++)
            {
                if (!sources[i].MoveNext())
                    continue;
                any = true;
                together.Push(sources[i].Current, i);
            }

            together.Engine.RunOnce();
        }

        for (int i = 0; i < ecgs.Length; i++)
            together.Close(i);
        for (int i = 0; i < ecgs.Length; i++)
        {
            Recorder alone = Whole(ecgs[i], i);
            string stream = Bench.Key(i).Stream;
            Assert.Equal(alone.Results, together.Output.Results.Where(r => r.Stream == stream));
            Assert.Equal(alone.AlertsInSamples, together.Output.AlertsInSamples.Where(a => a.StartsWith(stream, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void CatchUp_AllAtOnce_EqualsLive()
    {
        TestEcg ecg = new(leads: 2);
        using Bench live = new Bench().Open(ecg);
        foreach (EcgFrame frame in ecg.Frames(Seconds, 250))
        {
            live.Push(frame);
            live.Wait(0);
            live.Wait(1);
        }

        live.Close();
        using Bench late = new Bench().Open(ecg);
        late.Push(ecg.Frames(Seconds, 250)).Close();
        AssertSame(live.Output, late.Output);
        Assert.Equal(live.Output.Rhythms, late.Output.Rhythms);
        Assert.True(late.Engine.Snapshot().Steps < 10);
        Assert.True(live.Engine.Snapshot().Steps >= Seconds - 2);
    }

    private static void AssertSame(Recorder expected, Recorder actual)
    {
        Assert.Equal(expected.Results, actual.Results);
        Assert.Equal(expected.AlertsInSamples, actual.AlertsInSamples);
    }

    private static Recorder Whole(TestEcg ecg, int stream = 1)
    {
        using Bench bench = new Bench().Open(ecg, stream);
        bench.Push(ecg.Frames(Seconds, ecg.Rate), stream).Close(stream);
        bench.Balanced();
        return bench.Output;
    }

    private static IEnumerable<EcgFrame> Split(TestEcg ecg, Random random, int shortest, int longest)
    {
        for (long at = 0; at < (long)Seconds * ecg.Rate;)
        {
            int count = (int)Math.Min(random.Next(shortest, longest), ((long)Seconds * ecg.Rate) - at);
            yield return ecg.Frame(at, count, 1, ecg.Received(at + count));
            at += count;
        }
    }

    /// <summary>Swaps neighbours and repeats some; the first frame stays first.</summary>
    private static List<EcgFrame> Disorder(List<EcgFrame> frames, Random random)
    {
        for (int i = 1; i + 1 < frames.Count; i++)
        {
            if (random.Next(3) > 0)
                continue;
            (frames[i], frames[i + 1]) = (frames[i + 1], frames[i]);
            i++;
        }

        for (int i = frames.Count - 1; i > 0; i--)
        {
            if (random.Next(5) == 0)
                frames.Insert(i, frames[i - 1]);
        }

        return frames;
    }
}
