using System.Net;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>The whole worker over MQTT in WebSockets, at a real broker, while its devices speak plain MQTT.</summary>
[Collection("running")]
public sealed class WebSocketBrokerTests
{
    [MosquittoFact]
    public async Task Worker_OverAWebSocket_TakesFramesAndPublishes()
    {
        int port = MosquittoServer.FreePort();
        await using MosquittoServer broker = await MosquittoServer.StartAsync(
            ["allow_anonymous true", $"listener {port} 127.0.0.1", "protocol websockets", "allow_anonymous true"], Budget.Token);
        RecordingReceiver alerts = new();
        await using MqttConnection backend = await Clients.ConnectAsync(broker.Port, "backend", alerts);
        await backend.SubscribeAsync("anyecg/v1/+/+/alert", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.StartAsync(port, TestModel.Create, "--Broker:Url", $"ws://127.0.0.1:{port}/mqtt");
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);

        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await device.SendAsync(5);
        await device.MarkAsync();
        Assert.EndsWith("/bed-1/alert", (await alerts.NextAsync()).Topic, StringComparison.Ordinal);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == 5);
        await worker.App.StopAsync(Budget.Token);
        Assert.Empty(worker.Log.Lines);
    }
}
