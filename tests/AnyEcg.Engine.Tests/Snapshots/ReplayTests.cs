using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>Invariant 6 within the engine: a snapshot and the inputs after it give what the whole run gave.</summary>
public sealed class ReplayTests
{
    private const int Streams = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Replay_FromAnySnapshot_GivesTheSameTransitions(int seed)
    {
        using JournaledBench whole = Run(seed, Options());

        Assert.NotEmpty(whole.Snapshots);
        Random random = new(seed);
        foreach (var snapshot in whole.Snapshots.Where(_ => random.Next(whole.Snapshots.Count) < 12))
        {
            using JournaledBench again = new(Options());
            Assert.Equal(snapshot.Sequence, again.Engine.Restore(snapshot.Key, snapshot.State));
            again.Engine.RestoreSkips(snapshot.Key, whole.SkipsOf(snapshot.Key));
            again.Replay(whole.Journal.Where(i => i.Key == snapshot.Key && i.Sequence > snapshot.Sequence));

            IEnumerable<AlertTransition> before = whole.Alerts.Take(snapshot.AlertsBefore).Where(a => Is(a, snapshot.Key));
            Assert.Equal(Log(whole.Alerts, snapshot.Key), Log(before.Concat(again.Alerts), snapshot.Key));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Replay_FromTheBeginning_GivesTheSameTransitions(int seed)
    {
        using JournaledBench whole = Run(seed, Options());
        using JournaledBench again = new(Options());
        for (int i = 0; i < Streams; i++)
            again.Engine.RestoreSkips(Bench.Key(i), whole.SkipsOf(Bench.Key(i)));
        again.Replay(whole.Journal);

        for (int i = 0; i < Streams; i++)
            Assert.Equal(Log(whole.Alerts, Bench.Key(i)), Log(again.Alerts, Bench.Key(i)));
        EngineSnapshot s = again.Engine.Snapshot();
        Assert.Equal(s.FramesReceived, s.FramesAccepted + s.FramesRejected + s.FramesDuplicate + s.FramesLate + s.FramesHistorical + s.FramesConflict + s.FramesPending);
    }

    [Fact]
    public void Runs_AllSeedsTogether_HoldWhatTheyAreToTest()
    {
        HashSet<string> seen = [];
        foreach (int seed in Enumerable.Range(1, 12))
        {
            using JournaledBench whole = Run(seed, Options());
            seen.UnionWith(whole.Alerts.Select(a => a.Kind.ToString()));
            seen.UnionWith(whole.Alerts.Select(a => a.Signal.ToString()));
            seen.UnionWith(whole.Alerts.Where(a => a.Historical).Select(_ => "historical"));
            seen.UnionWith(whole.Seconds.Values.Where(s => s.Count > 0).Select(_ => "skipped"));
            seen.UnionWith(whole.Journal.Select(i => i.Kind.ToString()));
            seen.UnionWith(whole.Journal.Where(i => i.Kind == EngineInputKind.Clock).Select(i => i.Clock.ToString()));
        }

        string[] wanted =
        [
            "historical", "skipped", nameof(AlertSignal.Latched), nameof(AlertSignal.Acknowledged), nameof(AlertSignal.Paused),
            nameof(AlertKind.NoData), nameof(AlertKind.DeviceOffline), nameof(AlertKind.VentricularFibrillation), nameof(AlertKind.Asystole),
            nameof(EngineInputKind.Clock), nameof(EngineInputKind.Command), nameof(ClockEvents.Due), nameof(ClockEvents.NoData), nameof(ClockEvents.PastOver),
        ];
        Assert.Empty(wanted.Except(seen));
    }

    [Fact]
    public void Silence_WhileNothingFlows_IsNotTheDevices()
    {
        using JournaledBench bench = new(Options());
        TestEcg ecg = new();
        bench.TrySubmit(EngineInput.OfFormat(Bench.Key(), ecg.Format));
        bench.TrySubmit(EngineInput.OfFrame(Bench.Key(), ecg.Frame(0, 250)));
        bench.Wait(1);
        bench.IsFlowing = false;
        for (int second = 0; second < 30; second++)
            bench.Wait(1);
        bench.IsFlowing = true;
        for (int second = 0; second < 9; second++)
            bench.Wait(1);
        Assert.DoesNotContain(bench.Alerts, a => a.Kind == AlertKind.NoData);
        bench.Wait(3);
        bench.Wait(0);
        Assert.Contains(bench.Alerts, a => a.Kind == AlertKind.NoData);
    }

    [Fact]
    public void Close_SilentDischargedStream_LeavesNothing()
    {
        using JournaledBench bench = new(Options());
        TestEcg ecg = new();
        for (int round = 0; round < 2; round++)
        {
            bench.TrySubmit(EngineInput.OfFormat(Bench.Key(), ecg.Format));
            bench.TrySubmit(EngineInput.OfFrame(Bench.Key(), ecg.Frame(0, 250)));
            for (int second = 0; second < 13; second++)
                bench.Wait(1);
            Assert.Equal(AlertPhase.Start, bench.Alerts.Last(a => a.Kind == AlertKind.NoData).Phase);
            if (round == 1)
                bench.TrySubmit(EngineInput.OfCommand(Bench.Key(), new StreamCommand { Kind = StreamCommandKind.Discharge, Action = new AlertAction("nurse", null, 1) }, 1));
            bench.TrySubmit(EngineInput.OfClose(Bench.Key(), bench.Clock.NowNs()));
            bench.Wait(0);
            Assert.Equal(AlertPhase.End, bench.Alerts.Last(a => a.Kind == AlertKind.NoData).Phase);
            Assert.Null(bench.Engine.FactsOf(Bench.Key()));
        }
    }

    [Fact]
    public void Sleep_FreesASlot_AndIsInTheNextStateAtOnce()
    {
        using JournaledBench bench = new(Options());
        TestEcg ecg = new();
        bench.TrySubmit(EngineInput.OfFormat(Bench.Key(), ecg.Format));
        bench.TrySubmit(EngineInput.OfFrame(Bench.Key(), ecg.Frame(0, 2500)));
        bench.Wait(0);
        bench.TrySubmit(EngineInput.OfClock(Bench.Key(), ClockEvents.Sleep, bench.Clock.NowNs(), 1));
        bench.Wait(0);

        Assert.Equal(3, Assert.Single(bench.Snapshots).Sequence);
        using JournaledBench again = new(Options(), new HashRunner(slots: 0, judge: TestJudge.Random(3)));
        Assert.Equal(3, again.Engine.Restore(Bench.Key(), bench.Snapshots[0].State));
    }

    [Fact]
    public void Restore_SavedAgain_GivesTheSameBytes()
    {
        using JournaledBench whole = Run(5, Options());
        foreach (var snapshot in whole.Snapshots)
        {
            using JournaledBench again = new(Options());
            again.Engine.Restore(snapshot.Key, snapshot.State);
            EngineSnapshot counted = again.Engine.Snapshot();
            Assert.Equal(counted.FramesReceived, counted.FramesPending);
            Assert.Equal((0, 0, 0), (counted.FramesAccepted, counted.SamplesProcessed, counted.PatchesScored));
            Assert.Equal(counted.PatchesEmitted, counted.PatchesPending);
        }
    }

    /// <summary>
    /// A state that this version of the layout wrote some time ago. Where it can no longer be read, raise <see cref="StreamEngine.StateVersion"/>
    /// and write it anew (ANYECG_WRITE_GOLDEN=1).
    /// </summary>
    [Fact]
    public void Restore_StateWrittenEarlier_IsReadAsLongAsItsVersionSays()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Fixtures", $"state-{StreamEngine.StateVersion}.bin");
        if (Environment.GetEnvironmentVariable("ANYECG_WRITE_GOLDEN") == "1")
        {
            using JournaledBench whole = Run(5, Options());
            File.WriteAllBytes(Golden(), whole.Snapshots.Last(s => s.Sequence > 100 && s.State.Length > 30_000).State);
            return;
        }

        byte[] earlier = File.ReadAllBytes(path);
        using JournaledBench again = new(Options());
        long sequence = again.Engine.Restore(Bench.Key(), earlier);
        again.Engine.SnapshotAll(TimeSpan.FromHours(1));
        Assert.Empty(again.Snapshots);
        Assert.True(sequence > 100);
        Assert.Equal(1, again.Engine.Snapshot().StreamsActive);
    }

    [Fact]
    public void Restore_DamagedSnapshot_IsRefusedAndLeavesNothing()
    {
        using JournaledBench whole = Run(2, Options());
        var snapshot = whole.Snapshots.MaxBy(s => s.State.Length);
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            using JournaledBench again = new(Options());
            byte[] damaged = snapshot.State[..random.Next(snapshot.State.Length)];
            Assert.Throws<InvalidDataException>(() => again.Engine.Restore(snapshot.Key, damaged));
            Assert.Equal((0, 0), (again.Engine.Snapshot().StreamsKnown, again.Runner.Open));
        }
    }

    /// <summary>The alert log as a set: the order between alerts is that of the steps, in one alert that of its revisions.</summary>
    private static IEnumerable<AlertTransition> Log(IEnumerable<AlertTransition> alerts, StreamKey key) =>
        alerts.Where(a => Is(a, key)).OrderBy(a => a.AlertId).ThenBy(a => a.Revision);

    private static bool Is(AlertTransition alert, StreamKey key) => alert.Group == key.Group && alert.Stream == key.Stream;

    private static string Golden([System.Runtime.CompilerServices.CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "Fixtures", $"state-{StreamEngine.StateVersion}.bin");

    private static EngineOptions Options() => new()
    {
        MaxBatch = 16,
        BacklogSeconds = 40,
        SnapshotPeriod = TimeSpan.FromSeconds(20),
        IdleTimeout = TimeSpan.FromSeconds(45),
        PastOverAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>Everything that can happen to streams, by the dice: loss, disorder, repeats, stores emptied late, silences, operators, overload.</summary>
    private static JournaledBench Run(int seed, EngineOptions options)
    {
        JournaledBench bench = new(options);
        Random random = new(seed);
        Patient[] patients = [.. Enumerable.Range(0, Streams).Select(i => new Patient(i, seed, bench, random))];
        for (int step = 0; step < 260; step++)
        {
            foreach (Patient patient in patients)
                patient.Step(step);
            if (random.Next(25) > 0)
                bench.Wait(1);
            else
                bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        bench.Engine.Drain();
        return bench;
    }

    private sealed class Patient
    {
        private readonly StreamKey key;
        private readonly TestEcg ecg;
        private readonly JournaledBench bench;
        private readonly Random random;
        private readonly Queue<(long First, int Count, uint Epoch)> store = new();
        private long next;
        private uint epoch = 1;
        private int silent;

        public Patient(int index, int seed, JournaledBench bench, Random random)
        {
            (key, ecg, this.bench, this.random) = (Bench.Key(index), new TestEcg(seed + index, 1 + (index % 2)), bench, random);
            bench.TrySubmit(EngineInput.OfFormat(key, ecg.Format, ["A", "B"]));
        }

        public void Step(int step)
        {
            silent = silent > 0 ? silent - 1 : random.Next(70) == 0 ? random.Next(5, 70) : 0;
            if (silent == 0)
                Send();
            else
                Sample();
            if (random.Next(15) == 0)
                Command(step);
            if (random.Next(60) == 0)
                bench.TrySubmit(EngineInput.OfStatus(key, random.Next(2) == 0, bench.Clock.NowNs(), 0));
            if (random.Next(80) == 0)
                bench.TrySubmit(EngineInput.OfMark(key, bench.Clock.NowNs(), 0));
            if (random.Next(200) == 0)
                (epoch, next) = (epoch + 1, 0);
        }

        /// <summary>A second goes by that is not sent: kept for later, or lost.</summary>
        private void Sample()
        {
            if (random.Next(3) > 0)
                store.Enqueue((next, 250, epoch));
            next += 250;
        }

        private void Send()
        {
            if (random.Next(12) == 0)
            {
                Sample();
                return;
            }

            int count = random.Next(150) == 0 ? 60 * 250 : random.Next(100, 400);
            Push(next, count, epoch);
            if (random.Next(12) == 0)
                Push(next, count, epoch);
            next += count;
            for (int i = random.Next(4); i > 0 && store.Count > 0; i--)
            {
                (long first, int stored, uint old) = store.Dequeue();
                Push(first, stored, old);
            }
        }

        private void Push(long first, int count, uint frameEpoch)
        {
            EcgFrame frame = ecg.Frame(first, count, frameEpoch, bench.Clock.NowNs());
            frame.LeadOff = random.Next(40) == 0 ? 1u : 0;
            bench.TrySubmit(EngineInput.OfFrame(key, frame));
        }

        private void Command(int step)
        {
            long now = bench.Clock.NowNs();
            AlertTransition? some = bench.Alerts.LastOrDefault(a => a.Stream == key.Stream);
            StreamCommandKind kind = (StreamCommandKind)random.Next(random.Next(8) == 0 ? 6 : 3);
            bench.TrySubmit(EngineInput.OfCommand(key, new StreamCommand
            {
                Kind = kind,
                Action = new AlertAction("nurse", step % 2 == 0 ? "seen" : null, now),
                AlertId = some?.AlertId ?? default,
                Alert = random.Next(2) == 0 ? null : some?.Kind,
                UntilNs = now + (random.Next(1, 30) * 1_000_000_000L),
                Limits = random.Next(2) == 0 ? null : new Dictionary<AlertKind, AlertKindOptions> { [AlertKind.ExtremeBradycardia] = new() { Limit = 35 } },
            }, now));
        }
    }
}
