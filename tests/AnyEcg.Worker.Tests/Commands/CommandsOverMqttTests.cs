using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Store;

namespace AnyEcg.Worker.Tests;

/// <summary>A backend, a device and a worker with a store, through a real broker.</summary>
[Collection("running")]
public sealed class CommandsOverMqttTests : IAsyncLifetime
{
    private readonly RecordingReceiver alerts = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-commands-");
    private EmbeddedBroker broker = null!;
    private RunningWorker worker = null!;
    private Device device = null!;
    private Backend backend = null!;
    private MqttConnection monitor = null!;

    private string Database => Path.Combine(folder.FullName, "anyecg.db");

    public async Task InitializeAsync()
    {
        broker = await Clients.BrokerAsync();
        worker = await StartAsync();
        device = await Device.ConnectAsync(broker.Port);
        backend = await Backend.ConnectAsync(broker.Port);
        monitor = await Clients.ConnectAsync(broker.Port, "monitor", alerts);
        await monitor.SubscribeAsync("anyecg/v1/ward/+/alert");
        await device.DescribeAsync();
        await device.SendAsync(3);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == 3);
    }

    [Fact]
    public async Task Acknowledge_AnOpenAlert_IsAnsweredPublishedAndWrittenDown()
    {
        AlertReading open = await OfflineAsync();
        CommandAnswer done = await AskAsync(Acknowledge(open, "nurse 7"));
        Assert.Equal((CommandOutcome.Done, null, device.Key, CommandKind.Acknowledge), (done.Outcome, done.Reason, done.Key, done.Command));
        AlertReading seen = await NextAlertAsync();
        Assert.Equal((open.AlertId, 2, AlertSignal.Acknowledged, "nurse 7", "seen"), (seen.AlertId, seen.Revision, seen.Signal, seen.Action!.Operator, seen.Action.Reason));

        Assert.Equal(CommandOutcome.NothingToDo, (await AskAsync(Acknowledge(open, "nurse 8"))).Outcome);
        Assert.Equal(CommandOutcome.UnknownAlert, (await AskAsync($$"""{"command":"acknowledge","alertId":"{{Guid.Empty}}","operator":"n"}""")).Outcome);
        Assert.Equal(
            [("acknowledge", "nurse 7", "done"), ("acknowledge", "nurse 8", "nothing-to-do"), ("acknowledge", "n", "unknown-alert")],
            Actions().Select(a => (a.Kind, a.Operator, a.Outcome)));
        Assert.All(Actions(), a => Assert.Contains("\"source\":\"mqtt\"", a.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_ThatAreRefused_SayWhyAndAreWrittenDown()
    {
        Assert.Equal("bad-field", (await AskAsync("""{"command":"pause","seconds":0,"operator":"n"}""")).Reason);
        CommandAnswer limits = await AskAsync("""{"command":"limits","operator":"n","limits":{"bradycardia":{"limit":-4,"over":900}}}""");
        Assert.Equal(CommandOutcome.Refused, limits.Outcome);
        Assert.Contains("Limit must be above 0", limits.Reason, StringComparison.Ordinal);
        Assert.Contains("Over must be 1 to 60", limits.Reason, StringComparison.Ordinal);
        Assert.Equal("unknown-stream", (await backend.AskAsync(new("ward", "bed-99"), """{"command":"admit","operator":"n"}""")).Reason);
        Assert.Equal("unknown-stream", (await backend.AskAsync(new("ward", "bed-99"), """{"command":"alerts"}""")).Reason);
        Assert.Equal([("unreadable", "refused"), ("limits", "refused")], Actions().Select(a => (a.Kind, a.Outcome)));
        string metrics = await worker.TextAsync("/metrics");
        Assert.Contains("anyecg_commands_total{command=\"limits\",outcome=\"refused\",source=\"mqtt\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_OfTheWorker_KeepsAcknowledgementPauseAndLimits()
    {
        AlertReading open = await OfflineAsync();
        await AskAsync(Acknowledge(open, "nurse 7"));
        await AskAsync("""{"command":"pause","kind":"asystole","seconds":3600,"operator":"nurse 7"}""");
        string limits = """{"command":"limits","operator":"dr 3","limits":{"bradycardia":{"limit":35}}}""";
        Assert.Equal(CommandOutcome.Done, (await AskAsync(limits)).Outcome);
        await worker.DisposeAsync();
        worker = await StartAsync();
        Assert.True(worker.Get<StreamBoard>().Shows(device.Key));
        Assert.Equal(CommandOutcome.NothingToDo, (await AskAsync(limits)).Outcome);
        Assert.Equal(CommandOutcome.NothingToDo, (await AskAsync(Acknowledge(open, "nurse 7"))).Outcome);
        Assert.Equal(CommandOutcome.NothingToDo, (await AskAsync("""{"command":"resume","kind":"pause","operator":"n"}""")).Outcome);
        Assert.Equal(CommandOutcome.Done, (await AskAsync("""{"command":"resume","kind":"asystole","operator":"n"}""")).Outcome);
        Assert.Equal(7, Actions().Count);
    }

    [Fact]
    public async Task Discharge_AndErase_LeavesOnlyWhoDidWhat()
    {
        AlertReading open = await OfflineAsync();
        CommandAnswer listed = await AskAsync("""{"command":"alerts"}""");
        Assert.Equal(open.AlertId, AlertReading.TryParse(Assert.Single(listed.Alerts))!.AlertId);

        Assert.Equal(CommandOutcome.Done, (await AskAsync("""{"command":"discharge","operator":"nurse 7","erase":true,"reason":"gone home"}""")).Outcome);
        AlertReading end = await NextAlertAsync();
        Assert.Equal((AlertPhase.End, AlertSignal.Off), (end.Phase, end.Signal));
        using (StoreDatabase database = StoreDatabase.OpenForReading(new StoreOptions { Connection = Database }))
        using (StoreReader reader = database.OpenReader())
        {
            Assert.Empty(reader.Alerts(device.Key));
            Assert.Empty(reader.Journal(device.Key, 0));
            Assert.Null(reader.Stream(device.Key)!.Descriptor);
            Assert.Equal(("discharge", "nurse 7", "gone home"), reader.Actions(device.Key).Select(a => (a.Kind, a.Operator, a.Reason)).Single());
        }

        RecordingReceiver retained = new();
        await using MqttConnection late = await Clients.ConnectAsync(broker.Port, "late", retained);
        await late.SubscribeAsync("anyecg/v1/ward/#");
        await late.SubscribeAsync("fence");
        Assert.Equal(0, retained.Count);
        Assert.False(worker.Get<StreamBoard>().Shows(device.Key));
    }

    [Fact]
    public async Task Strip_OfARange_IsWhatTheDeviceSent()
    {
        CommandAnswer answer = await AskAsync("""{"command":"strip","epoch":1,"from":300,"to":600}""");
        EcgStrip strip = StripDocument.TryParse(answer.Strip!.Value)!;
        Assert.Equal((Wire.Rate, Wire.Rate), (strip.Range.First, strip.Range.Count));
        Assert.Equal(Enumerable.Range(0, Wire.Rate).Select(i => 5f * ((i + Wire.Rate) % 97)), strip.Leads[0].Microvolts);
        Assert.Equal("no-samples", (await AskAsync("""{"command":"strip","epoch":1,"from":30000,"to":30600}""")).Reason);
        Assert.Equal("no-samples", (await AskAsync("""{"command":"strip","epoch":2,"from":300,"to":600}""")).Reason);
    }

    [Fact]
    public async Task Strip_OfAnAlert_ReachesFromBeforeItsOnsetToAfterItsDecision()
    {
        AlertReading open = await OfflineAsync();
        CommandAnswer answer = await AskAsync($$"""{"command":"strip","alertId":"{{open.AlertId}}"}""");
        EcgStrip strip = StripDocument.TryParse(answer.Strip!.Value)!;
        Assert.Equal(open.AlertId, strip.Alerts[0].AlertId);
        Assert.True(strip.Range.First <= strip.Alerts[0].Onset && strip.Range.End > strip.Alerts[0].Decided);
        Assert.Contains(strip.Leads[0].Microvolts, v => !float.IsNaN(v));
        Assert.Equal(CommandOutcome.UnknownAlert, (await AskAsync($$"""{"command":"strip","alertId":"{{Guid.Empty}}"}""")).Outcome);
    }

    public async Task DisposeAsync()
    {
        await backend.DisposeAsync();
        await monitor.DisposeAsync();
        await device.DisposeAsync();
        await worker.DisposeAsync();
        await broker.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static string Acknowledge(AlertReading alert, string who) =>
        $$"""{"command":"acknowledge","alertId":"{{alert.AlertId}}","operator":"{{who}}","reason":"seen"}""";

    private Task<CommandAnswer> AskAsync(string json) => backend.AskAsync(device.Key, json);

    /// <summary>The device says that it goes; the alert that comes of it.</summary>
    private async Task<AlertReading> OfflineAsync()
    {
        await device.PublishAsync(DeviceTopics.Status(device.Key), Wire.Status(DeviceState.Offline));
        return await NextAlertAsync();
    }

    private async Task<AlertReading> NextAlertAsync() => AlertReading.TryParse((await alerts.NextAsync()).Payload)!;

    private IReadOnlyList<StoredAction> Actions()
    {
        using StoreDatabase database = StoreDatabase.OpenForReading(new StoreOptions { Connection = Database });
        using StoreReader reader = database.OpenReader();
        return reader.Actions(device.Key);
    }

    private Task<RunningWorker> StartAsync() => RunningWorker.ReadyAsync(broker.Port, null, "--Store:Connection", Database);
}
