using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

public sealed class StreamEngineTests
{
    private static readonly TestEcg Ecg = new();

    [Fact]
    public void Constructor_WrongOptions_NamesAllFaults()
    {
        EngineOptions options = new()
        {
            InputCapacity = 0,
            MaxBatch = 0,
            MaxBatchDelay = TimeSpan.FromSeconds(-1),
            MaxStreams = 0,
            BacklogSeconds = 0,
            GiveUpHeldAfter = TimeSpan.Zero,
            NoDataAfter = TimeSpan.Zero,
            IdleTimeout = TimeSpan.Zero,
            RhythmPeriodSeconds = 61,
            BeatThreshold = float.NaN,
        };
        Assert.Equal(10, options.Faults().Count);
        Assert.Throws<ArgumentException>(() => new Bench(options));
        Assert.Throws<ArgumentException>(() => new Bench(runner: new HashRunner(maxTokens: 15)));
        Assert.Throws<ArgumentException>(() => new Bench(runner: new HashRunner(heads: ModelHeads.All & ~ModelHeads.Beats)));
    }

    [Fact]
    public async Task Snapshot_WhileAnOutputHoldsTheEngineUp_IsTheOneBefore()
    {
        using WaitingOutput output = new();
        using StreamEngine engine = new(new HashRunner(), new EngineOptions(), new AlertSettings(new AlertOptions()), output, new HostileClock());
        Assert.True(engine.TrySubmit(EngineInput.OfFormat(Bench.Key(), Ecg.Format)));
        engine.Drain();
        long before = engine.Snapshot().FramesReceived;
        Assert.True(engine.TrySubmit(EngineInput.OfFrame(Bench.Key(), Ecg.Frame(0, 250))));
        Task turn = Task.Run(engine.Drain);
        Assert.True(output.Entered.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal(before, engine.Snapshot().FramesReceived);
        output.MayGoOn.Set();
        await turn;
        Assert.Equal(before + 1, engine.Snapshot().FramesReceived);
    }

    [Fact]
    public void InputsWaiting_BeforeAndAfterATurn_CountsInputsOfEveryKind()
    {
        using Bench bench = new();
        bench.Submit(EngineInput.OfFormat(Bench.Key(), Ecg.Format));
        bench.Submit(EngineInput.OfFrame(Bench.Key(), Ecg.Frame(0, 250)));
        Assert.Equal(2, bench.Engine.InputsWaiting);
        bench.Engine.Drain();
        Assert.Equal(0, bench.Engine.InputsWaiting);
    }

    [Fact]
    public void FrameDone_EveryFrame_ComesBackWithItsTokenAndOutcome()
    {
        using Bench bench = new Bench().Open(Ecg);
        object token = new();
        EcgFrame frame = Ecg.Frame(0, 250);
        bench.Submit(EngineInput.OfFrame(Bench.Key(), frame, token));
        bench.Push(Ecg.Frame(0, 250));
        bench.Push(Ecg.Frame(300, 50));
        bench.Push(Ecg.Frame(0, 250), stream: 5);
        bench.Engine.Drain();
        Assert.Equal(
            [FrameOutcome.Accepted, FrameOutcome.Duplicate, FrameOutcome.Held, FrameOutcome.Rejected],
            bench.Output.Done.Select(d => d.Outcome));
        Assert.Same(token, bench.Output.Done[0].Input.Token);
        Assert.Same(frame, bench.Output.Done[0].Input.Frame);
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((1, 1, 1, 1), (s.FramesAccepted, s.FramesDuplicate, s.FramesPending, s.FramesRejectedUnknownStream));
    }

    [Fact]
    public void Drain_SecondsWithoutAToken_AreJudgedInOrderWithoutAStep()
    {
        using Bench bench = new Bench().Open(Ecg);
        foreach (EcgFrame frame in Ecg.Frames(12, 250))
        {
            frame.LeadOff = frame.FirstSample / 250 is >= 4 and < 8 ? 1u : 0;
            bench.Push(frame);
        }

        bench.Close();
        Assert.Equal(Enumerable.Range(0, 12).Select(k => (long)k), bench.Output.Results.Select(r => r.Second));
        Assert.All(bench.Output.Results, r => Assert.Equal(r.Present != 0, r.Scored));
        Assert.Contains(bench.Output.Results, r => !r.Scored);
        EngineSnapshot s = bench.Balanced();
        Assert.Equal(12, s.SecondsObserved);
        Assert.Equal(s.PatchesScored, bench.Output.Results.Count(r => r.Scored));
        Assert.Single(bench.Output.Alerts, t => t is { Kind: AlertKind.LeadOff, Phase: AlertPhase.Start });
    }

    [Fact]
    public void Drain_Surprise_IsTheMeanOverTheLeadsThatHadAPrediction()
    {
        TestEcg two = new(leads: 2);
        using Bench bench = new Bench().Open(two);
        foreach (EcgFrame frame in two.Frames(12, 250))
        {
            frame.LeadOff = (frame.FirstSample / 250) switch { < 4 => 0u, < 8 => 2u, _ => 3u };
            bench.Push(frame);
        }

        bench.Close();
        Assert.Equal([0, 1.5f, 1.5f, 1.5f], bench.Output.Results.Take(4).Select(r => r.Surprise));
        Assert.Equal([1f, 1f], bench.Output.Results.Skip(5).Take(2).Select(r => r.Surprise));
        Assert.Equal([0f, 0f], bench.Output.Results.Skip(9).Take(2).Select(r => r.Surprise));
    }

    [Fact]
    public void Drain_NewEpoch_EmptiesTheRingsBetweenTheSeconds()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frames(30, 250, epoch: 1)).Push(Ecg.Frames(30, 250, epoch: 2)).Close();
        Assert.Equal(1, bench.Runner.Resets);
        List<Recorder.Seen> first = [.. bench.Output.Results.Where(r => r.Epoch == 1)];
        List<Recorder.Seen> second = [.. bench.Output.Results.Where(r => r.Epoch == 2)];
        Assert.Equal(first, second.Take(first.Count).Select(r => r with { Epoch = 1 }));
        Assert.All(bench.Output.Alerts.GroupBy(t => t.AlertId), a => Assert.Equal(AlertPhase.End, a.Last().Phase));
    }

    [Fact]
    public void Conflict_DeviceRestartedWithoutAnEpoch_OpensOneAndAlerts()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frames(20, 250));
        TestEcg other = new(seed: 3);
        bench.Push(other.Frame(19 * 250, 250, receivedNs: 20_000_000_000));
        bench.Push(Enumerable.Range(0, 5).Select(k => other.Frame(k * 250, 250)));
        bench.Close();
        Assert.Equal([AlertPhase.Start, AlertPhase.End], bench.Output.Alerts.Where(t => t.Kind == AlertKind.KeyConflict).Select(t => t.Phase));
        Assert.Equal([1u, 2u], bench.Output.Results.Select(r => r.Epoch).Distinct());
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((1, 25), (s.FramesConflict, s.FramesAccepted));
        Assert.Equal(1u, bench.Output.Done[^1].Input.Frame!.Epoch);
    }

    [Fact]
    public void DeviceClock_Jumps_RaisesOneTechnicalAlert()
    {
        using Bench bench = new Bench().Open(Ecg);
        foreach (EcgFrame frame in Ecg.Frames(60, 250))
        {
            frame.DeviceTimeMark = DeviceTimeMark.FirstSample;
            frame.DeviceTimeNs = Ecg.Received(frame.FirstSample) + (frame.FirstSample > 40 * 250 ? 7200_000_000_000 : 0);
            bench.Push(frame);
        }

        bench.Close();
        Assert.Equal([AlertPhase.Start, AlertPhase.End], bench.Output.Alerts.Where(t => t.Kind == AlertKind.ClockJump).Select(t => t.Phase));
    }

    [Fact]
    public void Format_DeliveredAgain_ChangesNothing()
    {
        using Bench once = new Bench().Open(Ecg);
        once.Push(Ecg.Frames(60, 250)).Close();
        using Bench often = new Bench().Open(Ecg);
        foreach (EcgFrame frame in Ecg.Frames(60, 250))
        {
            often.Open(new TestEcg());
            often.Push(frame);
        }

        often.Close();
        Assert.Equal(once.Output.Results, often.Output.Results);
        Assert.Equal(once.Output.AlertsInSamples, often.Output.AlertsInSamples);
    }

    [Fact]
    public void Format_Changed_FinishesTheOldOneFirst()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frames(20, 250));
        TestEcg other = new(leads: 3, rate: 500);
        bench.Open(other).Push(other.Frames(20, 500, epoch: 2)).Close();
        Assert.Equal([1u, 7u], bench.Output.Results.Select(r => r.Present).Distinct());
        Assert.Equal(0, bench.Balanced().FramesRejected);
        Assert.Equal(0, bench.Runner.Open);
    }

    [Theory]
    [InlineData("mains")]
    [InlineData("clock")]
    [InlineData("rate")]
    [InlineData("gain")]
    [InlineData("baseline")]
    [InlineData("range")]
    [InlineData("leads")]
    public void Same_AnyPartDiffers_IsAnotherFormat(string part)
    {
        StreamFormat format = Ecg.Format;
        StreamFormat other = part switch
        {
            "mains" => format with { Mains = MainsFrequency.Hz50 },
            "clock" => format with { Clock = DeviceClockKind.Free },
            "rate" => format with { SampleRateHz = 251 },
            "gain" => format with { MicrovoltsPerLsb = [4] },
            "baseline" => format with { Baseline = [1] },
            "range" => format with { AdcRange = [(-1, 1)] },
            _ => format with { Leads = new LeadSet(Lead.V1) },
        };
        Assert.False(FormatComparison.Same(format, other));
        Assert.True(FormatComparison.Same(other, other with { Leads = new LeadSet(other.Leads.Leads.AsSpan()) }));
    }

    [Fact]
    public void Status_OfflineThenOnline_IsOneTechnicalAlert()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Submit(EngineInput.OfStatus(Bench.Key(), online: false, 5, 17));
        bench.Submit(EngineInput.OfStatus(Bench.Key(), online: false, 6, 18));
        bench.Engine.Drain();
        bench.Wait(20);
        bench.Submit(EngineInput.OfStatus(Bench.Key(), online: true, 7, 19));
        bench.Submit(EngineInput.OfMark(Bench.Key(), 8, 20));
        bench.Submit(EngineInput.OfMark(Bench.Key(2), 8, 20));
        bench.Engine.Drain();
        Assert.Equal(
            [(AlertKind.DeviceOffline, AlertPhase.Start), (AlertKind.DeviceOffline, AlertPhase.End),
                (AlertKind.PatientMark, AlertPhase.Start), (AlertKind.PatientMark, AlertPhase.End)],
            bench.Output.Alerts.Select(t => (t.Kind, t.Phase)));
    }

    [Fact]
    public void Silence_OnlyRepeatsOfOldFrames_RaisesNoDataAllTheSame()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frame(0, 250));
        bench.Wait(0);
        for (int second = 0; second < 12; second++)
        {
            bench.Push(Ecg.Frame(0, 250));
            bench.Wait(1);
        }

        Assert.Equal([(AlertKind.NoData, AlertPhase.Start)], bench.Output.Alerts.Select(t => (t.Kind, t.Phase)));
    }

    [Fact]
    public void Silence_OnlineStream_RaisesNoDataUntilTheNextFrame()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frame(0, 250));
        bench.Wait(0);
        bench.Wait(9);
        Assert.Empty(bench.Output.Alerts);
        bench.Wait(2);
        bench.Wait(2);
        Assert.Equal([AlertPhase.Start], bench.Output.Alerts.Select(t => t.Phase));
        bench.Push(Ecg.Frame(250, 250));
        bench.Wait(0);
        Assert.Equal([AlertPhase.Start, AlertPhase.End], bench.Output.Alerts.Where(t => t.Kind == AlertKind.NoData).Select(t => t.Phase));
    }

    [Fact]
    public void Silence_WhileNothingCanArrive_IsNotTheDevices()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frame(0, 250));
        bench.Wait(0);
        bench.Engine.Listening = false;
        bench.Wait(400);
        Assert.Equal(1, bench.Runner.Open);
        bench.Engine.Listening = true;
        bench.Wait(2);
        bench.Wait(9);
        Assert.Empty(bench.Output.Alerts);
        bench.Wait(2);
        Assert.Equal([AlertKind.NoData], bench.Output.Alerts.Select(t => t.Kind));
    }

    [Fact]
    public void Silence_HeldFrames_AreGivenUp()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frame(0, 250));
        bench.Push(Ecg.Frame(300, 300));
        bench.Wait(0.1);
        Assert.Equal(1, bench.Balanced().FramesPending);
        bench.Wait(3);
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((0, 2, 50), (s.FramesPending, s.FramesAccepted, s.SamplesGap));
    }

    [Fact]
    public void Silence_IdleStream_SleepsAndWakes()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frames(100, 250));
        bench.Wait(0.1);
        Assert.Equal(1, bench.Runner.Open);
        bench.Wait(301);
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((0, 1, 1L, 0), (s.StreamsActive, s.StreamsKnown, s.Evictions, bench.Runner.Open));
        Assert.All(
            bench.Output.Alerts.GroupBy(t => t.AlertId),
            a => Assert.Equal(a.First().Kind == AlertKind.NoData ? AlertPhase.Start : AlertPhase.End, a.Last().Phase));
        bench.Push(Ecg.Frame(100_000, 2500));
        bench.Wait(0.1);
        Assert.Equal(AlertPhase.End, bench.Output.Alerts.Last(t => t.Kind == AlertKind.NoData).Phase);
        Assert.Equal(1, bench.Balanced().StreamsActive);
        Assert.Equal(102, bench.Balanced().FramesAccepted - 1 + 2);
    }

    [Theory]
    [InlineData(uint.MaxValue, 0)]
    [InlineData(null, 20 * 3600 * 250)]
    public void Stream_MovedFarAheadByOneFrame_IsToldAndHealsAfterTheIdleTime(uint? epoch, int first)
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Push(Ecg.Frame(0, 250));
        EcgFrame forged = Ecg.Frame(first, 250);
        forged.Epoch = epoch ?? forged.Epoch;
        bench.Push(forged);
        bench.Wait(0);
        for (int second = 1; second <= 310; second++)
        {
            bench.Push(Ecg.Frame(second * 250, 250));
            bench.Wait(1);
        }

        Assert.Equal([AlertPhase.Start, AlertPhase.End], bench.Output.Alerts.Where(t => t.Kind == AlertKind.NoData).Select(t => t.Phase));
        EngineSnapshot s = bench.Balanced();

        // Nothing of it is lost: what comes meanwhile is judged apart.
        Assert.Equal(0, s.FramesLate);
        Assert.InRange(s.FramesHistorical, 295, 302);
        Assert.Equal(312 - s.FramesHistorical, s.FramesAccepted);
    }

    [Fact]
    public void Slots_AllTaken_TheIdlestGivesWayOnceItIsSilent()
    {
        using Bench bench = new(runner: new HashRunner(slots: 2));
        for (int i = 0; i < 3; i++)
            bench.Open(Ecg, i);
        bench.Push(Ecg.Frame(0, 250), 0);
        bench.Wait(1);
        bench.Push(Ecg.Frame(0, 250), 1);
        bench.Push(Ecg.Frame(0, 250), 2);
        bench.Wait(0.5);
        Assert.Equal(1, bench.Balanced().FramesRejectedNoSlot);
        bench.Wait(2.4);
        bench.Push(Ecg.Frame(250, 250), 1);
        bench.Push(Ecg.Frame(250, 250), 2);
        bench.Wait(0.1);
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((1, 1L, 2), (s.FramesRejectedNoSlot, s.Evictions, s.StreamsActive));
    }

    [Fact]
    public void Streams_TooMany_SleepersAreForgottenOthersRefused()
    {
        using Bench bench = new(new EngineOptions { MaxStreams = 2, NoDataAfter = Timeout.InfiniteTimeSpan });
        bench.Open(Ecg, 1).Open(Ecg, 2);
        bench.Push(Ecg.Frame(0, 250), 1);
        bench.Open(Ecg, 3);
        bench.Push(Ecg.Frame(0, 250), 3);
        bench.Open(Ecg, 4);
        bench.Push(Ecg.Frame(0, 250), 4);
        bench.Engine.Drain();
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((2, 1L, 1L), (s.StreamsKnown, s.StreamsRefused, s.FramesRejectedUnknownStream));
    }

    [Fact]
    public void Backlog_Full_SkipsTheOldestInOrderAndCounts()
    {
        using Bench bench = new(new EngineOptions { BacklogSeconds = 5, MaxBatchDelay = TimeSpan.FromSeconds(10) });
        bench.Open(Ecg).Push([Ecg.Frame(0, 5200)]);
        bench.Engine.RunOnce();
        bench.Close();
        Assert.Equal(Enumerable.Range(0, 20).Select(k => (long)k), bench.Output.Results.Select(r => r.Second).Take(20));
        EngineSnapshot s = bench.Balanced();
        Assert.Equal(s.PatchesSkipped, bench.Output.Results.TakeWhile(r => !r.Scored).Count());
        Assert.Equal(5, s.PatchesScored);
    }

    [Fact]
    public async Task Inbox_Full_RefusesDropsOrWaits()
    {
        using Bench bench = new(new EngineOptions { InputCapacity = 1 });
        EngineInput input = EngineInput.OfFrame(Bench.Key(), Ecg.Frame(0, 250));
        Assert.True(bench.Engine.TrySubmit(input));
        Assert.False(bench.Engine.TrySubmit(input));
        Assert.Equal((1, 0), (bench.Balanced().FramesReceived, bench.Balanced().FramesDropped));
        Assert.False(bench.Engine.SubmitOrDrop(input));
        Assert.Equal((2, 1), (bench.Balanced().FramesReceived, bench.Balanced().FramesDropped));
        Task waiting = bench.Engine.SubmitAsync(input, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        bench.Engine.Drain();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        bench.Engine.Drain();
        Assert.Equal(2, bench.Balanced().FramesRejectedUnknownStream);
    }

    [Fact]
    public async Task Run_OwnThread_GivesTheSameAndDrainsWhenStopped()
    {
        using Bench expected = new Bench().Open(Ecg);
        expected.Push(Ecg.Frames(120, 50)).Engine.Drain();
        using Bench bench = new();
        using CancellationTokenSource stop = new();
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() => bench.Engine.Run(stop.Token)));
        thread.Start();
        await SubmitAll(bench).WaitAsync(TimeSpan.FromSeconds(60));
        bench.Balanced();
        await stop.CancelAsync();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        Assert.Null(failure);
        Assert.Equal(expected.Output.Results, bench.Output.Results);
        Assert.Equal(expected.Output.AlertsInSamples, bench.Output.AlertsInSamples);
        Assert.Equal(0, bench.Balanced().FramesPending);
    }

    [Fact]
    public void SinceLastTurn_EngineStandsStill_Grows()
    {
        using Bench bench = new();
        bench.Wait(1);
        Assert.Equal(TimeSpan.Zero, bench.Engine.SinceLastTurn());
        bench.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(20, bench.Engine.SinceLastTurn().TotalSeconds, 3);
        bench.Engine.RunOnce();
        Assert.Equal(TimeSpan.Zero, bench.Engine.SinceLastTurn());
    }

    [Fact]
    public void RunOnce_RunnerFails_Throws()
    {
        using StreamEngine engine = new(new BrokenRunner(), new EngineOptions(), AlertSettings.Default, new Recorder(), new HostileClock());
        engine.TrySubmit(EngineInput.OfFormat(Bench.Key(), Ecg.Format));
        engine.TrySubmit(EngineInput.OfFrame(Bench.Key(), Ecg.Frame(0, 1000)));
        Assert.Throws<InvalidOperationException>(engine.Drain);
    }

    private static async Task SubmitAll(Bench bench)
    {
        await bench.Engine.SubmitAsync(EngineInput.OfFormat(Bench.Key(), Ecg.Format), CancellationToken.None);
        foreach (EcgFrame frame in Ecg.Frames(120, 50))
            await bench.Engine.SubmitAsync(EngineInput.OfFrame(Bench.Key(), frame), CancellationToken.None);
    }

    private sealed class BrokenRunner : IModelRunner
    {
        public ModelRunnerInfo Info { get; } = new("fake", "broken", 8, 64, 8);

        public bool TryOpen(int leadCount, out KvSlot slot)
        {
            slot = default;
            return true;
        }

        public void Reset(KvSlot slot)
        {
        }

        public void Close(KvSlot slot)
        {
        }

        public void Step(StepPlan plan, StepScores scores) => throw new InvalidOperationException("The device is gone.");

        public int SnapshotSize(KvSlot slot) => 0;

        public void Snapshot(KvSlot slot, Span<byte> destination)
        {
        }

        public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>An output that waits, as a full outbox does.</summary>
    private sealed class WaitingOutput : IEngineOutput, IDisposable
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim MayGoOn { get; } = new();

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
            Entered.Set();
            MayGoOn.Wait(TimeSpan.FromSeconds(30));
        }

        public void Dispose()
        {
            Entered.Dispose();
            MayGoOn.Dispose();
        }
    }
}
