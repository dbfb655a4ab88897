using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>Rule 11 of the alerts: a stuck engine is told within 20 s, and an engine that only waits is not called stuck.</summary>
public sealed class EngineWatchdogTests
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Look_RunnerHangs_AlertWithinTwentySeconds()
    {
        await using WatchdogRig rig = new();
        await rig.StartAsync();
        await rig.HangAsync();
        long before = rig.Time.NowNs();

        rig.Time.Advance(Allowed);

        AlertReading alert = Assert.Single(rig.Told);
        Assert.Equal((AlertKind.StuckEngine, AlertPhase.Start, 1), (alert.Kind, alert.Phase, alert.Revision));
        Assert.Equal((OutputTopics.WorkerGroup, "worker-1"), (alert.Group, alert.Stream));
        Assert.Equal((AlertPriority.High, AlertSignal.On, true), (alert.Priority, alert.Signal, alert.ConditionPresent));
        Assert.InRange(alert.OnsetNs, before - 1_000_000_000, before);
        MqttMessage state = Assert.Single(rig.Connection.Published, m => m.Retain);
        Assert.Equal(OutputTopics.WorkerAlertState("worker-1", alert.AlertId), state.Topic);
        Assert.Equal("anyecg/v1/_worker/worker-1/alert", rig.Connection.Published[0].Topic);
        Assert.Equal("anyecg.alert.start", rig.Connection.Published[0].UserProperties.ToDictionary()["type"]);
    }

    [Fact]
    public async Task Look_EngineTurnsAgain_EndsTheAlertAndClearsItsState()
    {
        await using WatchdogRig rig = new();
        await rig.StartAsync();
        await rig.HangAsync();
        rig.Time.Advance(Allowed);
        rig.Runner.Gate.Set();
        await rig.RunAsync(2);

        AlertReading end = rig.Told[^1];
        Assert.Equal((AlertPhase.End, rig.Told[0].AlertId, true), (end.Phase, end.AlertId, end.IsOver));
        Assert.Equal(Enumerable.Range(1, rig.Told.Count), rig.Told.Select(a => a.Revision));
        Assert.True(rig.Connection.Published[^1] is { Retain: true, Payload.IsEmpty: true });
    }

    [Fact]
    public async Task Look_StuckForMinutes_UpdatesAsOtherAlertsDo()
    {
        await using WatchdogRig rig = new();
        await rig.StartAsync();
        await rig.HangAsync();

        rig.Time.Advance(TimeSpan.FromSeconds(110));

        Assert.Equal([AlertPhase.Start, AlertPhase.Update, AlertPhase.Update, AlertPhase.Update], rig.Told.Select(a => a.Phase));
        Assert.Single(rig.Told.Select(a => a.AlertId).Distinct());
    }

    [Fact]
    public async Task Look_StuckTwice_AreTwoAlerts()
    {
        await using WatchdogRig rig = new();
        await rig.StartAsync();
        for (int i = 0; i < 2; i++)
        {
            await rig.HangAsync();
            rig.Time.Advance(Allowed);
            rig.Runner.Gate.Set();
            await rig.RunAsync(2);
        }

        Assert.Equal([AlertPhase.Start, AlertPhase.End, AlertPhase.Start, AlertPhase.End], rig.Told.Select(a => a.Phase));
        Assert.Equal(2, rig.Told.Select(a => a.AlertId).Distinct().Count());
    }

    [Fact]
    public async Task Look_NothingToDo_IsNoAlert()
    {
        await using WatchdogRig rig = new();
        await rig.StartAsync();

        await rig.RunAsync(30);

        Assert.Empty(rig.Told);
    }

    [Fact]
    public async Task Look_OutboxFull_IsTheBrokersAbsenceAndNoAlert()
    {
        await using WatchdogRig rig = new(outboxCapacity: 4);
        await rig.StartAsync();
        rig.Send();
        for (int i = 1; i <= 8; i++)
        {
            Assert.True(rig.Engine.TrySubmit(EngineInput.OfMark(WatchdogRig.Key, rig.Time.NowNs(), i)));
        }

        await Budget.UntilAsync(() => rig.Outbox.IsAwaited);
        rig.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Empty(rig.Told);
        Assert.Null(rig.Engine.TrySnapshot(TimeSpan.Zero));

        // Room at last: the turn that took two minutes must not be held against the engine in the moment before it ends.
        Assert.True(rig.Outbox.TryTake(out _));
        Assert.True(rig.Progress.HeldUp() < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Look_KindDisabled_IsCountedAndNotPublished()
    {
        AlertOptions options = new();
        options.Kinds[AlertKind.StuckEngine] = new AlertKindOptions { Enabled = false };
        await using WatchdogRig rig = new(new AlertSettings(options));
        await rig.StartAsync();
        await rig.HangAsync();

        rig.Time.Advance(Allowed);

        Assert.Empty(rig.Connection.Published);
    }

    [Fact]
    public async Task HeldUp_WholeProcessWasStopped_IsNotTheEnginesFault()
    {
        await using WatchdogRig rig = new();
        await rig.StartAsync();
        await rig.RunAsync(2);
        await rig.HangAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(3));
        TimeSpan before = rig.Progress.HeldUp();

        rig.Time.Stop(TimeSpan.FromHours(1));

        Assert.InRange(before, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.Zero, rig.Progress.HeldUp());
    }

    [Fact]
    public async Task HeldUp_BeforeTheEngineStarts_IsZero()
    {
        await using WatchdogRig rig = new();
        rig.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.Zero, rig.Progress.HeldUp());
        await rig.StartAsync();
    }
}
