using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>At a start the broker's retained alerts become what the store says, whatever a crash or somebody else has left there.</summary>
[Collection("running")]
public sealed class RetainedReconciliationTests : IDisposable
{
    private static readonly Guid Stale = new("0f0f0f0f-0000-5000-8000-000000000001");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-retained-");

    [Fact]
    public async Task Start_RetainedThatTheStoreDoesNotKnow_IsCleared()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await OfflineAsync(broker.Port);
        await LeaveAsync(broker.Port, OutputTopics.AlertState(device.Key, Stale), "{}");

        await using RunningWorker worker = await StartAsync(broker.Port);

        Received open = Assert.Single(await RetainedAsync(broker.Port));
        Assert.Equal(AlertKind.DeviceOffline, AlertReading.TryParse(open.Payload)!.Kind);
        Assert.Contains("anyecg_alerts_reconciled_total{what=\"cleared\"} 1\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OpenAlertThatTheBrokerLost_IsPublishedAgain()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await OfflineAsync(broker.Port);
        Received before = Assert.Single(await RetainedAsync(broker.Port));
        await LeaveAsync(broker.Port, before.Topic, "");
        Assert.Empty(await RetainedAsync(broker.Port));

        await using RunningWorker worker = await StartAsync(broker.Port);

        Received again = Assert.Single(await RetainedAsync(broker.Port));
        Assert.Equal((before.Topic, before.Text, before.ContentType), (again.Topic, again.Text, again.ContentType));
        Assert.Equal(Lasting(before), Lasting(again));
        Assert.Contains("anyecg_alerts_reconciled_total{what=\"published-again\"} 1\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OpenAlertInAnotherRevision_IsPublishedAgain()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await OfflineAsync(broker.Port);
        Received before = Assert.Single(await RetainedAsync(broker.Port));
        await LeaveAsync(broker.Port, before.Topic, before.Text.Replace("\"revision\":1", "\"revision\":9", StringComparison.Ordinal));

        await using RunningWorker worker = await StartAsync(broker.Port);

        Assert.Equal(before.Text, Assert.Single(await RetainedAsync(broker.Port)).Text);
    }

    [Fact]
    public async Task Start_WhatIsNotOurs_IsLeftAlone()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        string[] foreign =
        [
            "anyecg/v1/other/p1/alert/0f0f0f0f-0000-5000-8000-000000000001",
            "anyecg/v1/_worker/worker-2/alert/0f0f0f0f-0000-5000-8000-000000000001",
            "anyecg/v1/ward/bed-1/alert/note",
            "anyecg/v1/ward/bed-1/alert/0F0F0F0F-0000-5000-8000-000000000001",
        ];
        foreach (string topic in foreign)
        {
            await LeaveAsync(broker.Port, topic, "{}");
        }

        await using RunningWorker worker = await StartAsync(broker.Port, "--Ingest:Groups:0", "ward");

        Assert.Equal(foreign.Order(StringComparer.Ordinal), (await RetainedAsync(broker.Port)).Select(r => r.Topic).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_WithoutAStore_LeavesAlertsOfStreamsAlone()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        string topic = OutputTopics.AlertState(new StreamKey("ward", "bed-1"), Stale);
        await LeaveAsync(broker.Port, topic, "{}");
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port, TestModel.Create, "--Store:Connection", "none");
        Assert.Equal(topic, Assert.Single(await RetainedAsync(broker.Port)).Topic);
    }

    [Theory]
    [InlineData(AlertKind.StuckEngine)]
    [InlineData(AlertKind.EngineDegraded)]
    public async Task Start_AfterAProcessThatDiedWithAnAlertAboutItself_EndsIt(AlertKind kind)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        MqttMessage[] left = new WorkerAlert("worker-1", AlertKindTable.Of(kind), Transitions.OnsetNs, "a limit").Next(AlertPhase.Start, Transitions.OnsetNs + 15_000_000_000);
        await using MqttConnection dead = await Clients.ConnectAsync(broker.Port, "dead");
        await dead.PublishAsync(left[1], Budget.Token);
        RecordingReceiver backend = new();
        await using MqttConnection listening = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await listening.SubscribeAsync("anyecg/v1/+/+/alert");

        await using RunningWorker worker = await StartAsync(broker.Port);

        AlertReading end = AlertReading.TryParse((await backend.NextAsync()).Payload)!;
        AlertReading start = AlertReading.TryParse(left[0].Payload)!;
        Assert.Equal((start.AlertId, 2, AlertPhase.End, true), (end.AlertId, end.Revision, end.Phase, end.IsOver));
        Assert.Equal((kind, start.Priority, "a limit"), (end.Kind, end.Priority, end.Limit));
        Assert.Equal(start.OnsetNs, end.OnsetNs);
        Assert.Empty(await RetainedAsync(broker.Port));
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The attributes that are of the alert and not of its publication.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Lasting(Received message) =>
        message.UserProperties.Where(p => p.Key is not ("publishedat" or "workerlagms"));

    private static async Task LeaveAsync(int port, string topic, string payload)
    {
        await using MqttConnection client = await Clients.ConnectAsync(port, "somebody");
        await client.PublishAsync(topic, payload, retain: true);
    }

    private static async Task<List<Received>> RetainedAsync(int port)
    {
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(port, "late");
        options.CleanStart = true;
        await using MqttConnection client = await Clients.ConnectAsync(options, receiver);
        await client.SubscribeAsync("anyecg/v1/+/+/alert/+", MqttQos.AtMostOnce);

        // Its answer comes after the retained messages.
        await client.SubscribeAsync("nothing");
        return await receiver.TakeAsync(receiver.Count);
    }

    private async Task<RunningWorker> StartAsync(int port, params string[] more) => await RunningWorker.ReadyAsync(
        port, TestModel.Create, ["--Store:Connection", Path.Combine(folder.FullName, "anyecg.db"), .. more]);

    /// <summary>A first worker whose only alert, left open, is that of a device that is offline; the worker is gone.</summary>
    private async Task<Device> OfflineAsync(int port)
    {
        Device device = await Device.ConnectAsync(port);
        await device.DescribeAsync();
        await using RunningWorker first = await StartAsync(port);
        await device.SendAsync(2);
        await Budget.UntilAsync(() => first.Engine.Snapshot().FramesAccepted == 2);
        await device.PublishAsync(DeviceTopics.Status(device.Key), "{\"state\":\"offline\"}"u8.ToArray());
        await Budget.UntilAsync(() => first.Engine.Snapshot().AlertsStarted == 1);
        return device;
    }
}
