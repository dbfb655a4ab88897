using System.Net;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;

namespace AnyEcg.Worker.Tests;

/// <summary>A canary at ten times the speed of life, through a real broker and a whole worker.</summary>
[Collection("running")]
public sealed class CanaryTests
{
    [Fact]
    public async Task Sing_Asystole_ComesBackAsAnAlert()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using CanaryRig rig = await CanaryRig.StartAsync(broker.Port);

        await Budget.UntilAsync(() => rig.Watch.Heard > 0);

        Assert.Equal((0, 0), (rig.Watch.Missed, rig.Watch.Unexpected));
        Assert.True(rig.Watch.State().Healthy);
        Assert.StartsWith("the asystole came back after", rig.Watch.State().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alert_OfTheCanary_IsAcknowledgedByCommand()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver commands = new();
        await using MqttConnection listening = await Clients.ConnectAsync(broker.Port, "listening", commands);
        await listening.SubscribeAsync("anyecg/v1/+/+/cmd");
        await using CanaryRig rig = await CanaryRig.StartAsync(broker.Port);

        Received command = await commands.NextAsync();

        Assert.Equal($"anyecg/v1/{CanaryRig.Group}/worker-1/cmd", command.Topic);
        Assert.Equal(CommandRejection.None, CommandRequest.TryParse(command.Payload, out CommandRequest? request));
        Assert.Equal((CommandKind.Acknowledge, "canary"), (request!.Kind, request.Operator));
        Assert.NotNull(request.AlertId);
    }

    [Fact]
    public async Task Alert_OfTheCanary_DoesNotStayLatched()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver alerts = new();
        await using MqttConnection listening = await Clients.ConnectAsync(broker.Port, "listening", alerts);
        await listening.SubscribeAsync("anyecg/v1/+/+/alert", MqttQos.AtMostOnce);
        await using CanaryRig rig = await CanaryRig.StartAsync(broker.Port);

        AlertReading alert;
        do
        {
            alert = AlertReading.TryParse((await alerts.NextAsync()).Payload)!;
        }
        while (alert is not { Kind: AlertKind.Asystole, IsOver: true });

        // The canary listens on a connection of its own.
        await Budget.UntilAsync(() => rig.Watch.Heard > 0);
        Assert.Equal(1, rig.Watch.Heard);
        Assert.Equal(0, rig.Worker.Engine.Snapshot().AlertsLatched);
    }

    [Fact]
    public async Task Sing_EngineThatRaisesNothing_IsMissed()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using CanaryRig rig = await CanaryRig.StartAsync(broker.Port, "--Alerts:Kinds:Asystole:Enabled", "false");

        await Budget.UntilAsync(() => rig.Watch.Missed > 0);

        Assert.Equal(0, rig.Watch.Heard);
        Assert.False(rig.Watch.State().Healthy);
    }

    [Fact]
    public async Task Sing_BrokerAway_IsMissedAndHeardAgainWhenItIsBack()
    {
        EmbeddedBroker broker = await Clients.BrokerAsync();
        await using CanaryRig rig = await CanaryRig.StartAsync(broker.Port);
        await Budget.UntilAsync(() => rig.Watch.Heard > 0);
        await broker.DisposeAsync();
        await Budget.UntilAsync(() => rig.Watch.Missed > 0);
        Assert.False(rig.Watch.State().Healthy);

        await using EmbeddedBroker again = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Port = broker.Port });
        await Budget.UntilAsync(() => rig.Watch.State().Healthy);
        Assert.True(rig.Watch.Heard > 1);
    }

    [Fact]
    public async Task Stop_TakesTheStreamBack()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using CanaryRig rig = await CanaryRig.StartAsync(broker.Port);
        await Budget.UntilAsync(() => rig.Worker.Engine.Snapshot().StreamsKnown == 1);

        await rig.Service.StopAsync(Budget.Token);

        await Budget.UntilAsync(() => rig.Worker.Engine.Snapshot().StreamsKnown == 0);
        Assert.Empty(rig.Worker.Log.Lines);
    }

    [Fact]
    public async Task Worker_WithACanary_ServesItsGroupBesideItsOwn()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker whole = await RunningWorker.ReadyAsync(
            broker.Port, TestModel.Create, "--Ingest:Groups:0", "ward", "--Canary:Enabled", "true");

        await Budget.UntilAsync(() => whole.Engine.Snapshot().FramesAccepted >= 1);

        Assert.Equal(["ward", CanaryRig.Group], whole.Get<WorkerSettings>().Ingest.Groups);
        Assert.Equal(HttpStatusCode.OK, await whole.StatusAsync("/healthz/canary"));
        Assert.Contains("anyecg_canary_healthy 1\n", await whole.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_WithoutACanary_SaysSo()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker whole = await RunningWorker.ReadyAsync(broker.Port);
        Assert.Equal("there is no canary\n", await whole.TextAsync("/healthz/canary"));
        Assert.DoesNotContain("anyecg_canary", await whole.TextAsync("/metrics"), StringComparison.Ordinal);
    }
}
