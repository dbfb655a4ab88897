using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;

namespace AnyEcg.Worker.Tests;

/// <summary>SIGTERM: what was acknowledged is judged and published, what was not stays with the broker.</summary>
[Collection("running")]
public sealed class DrainTests
{
    private const string Session = "anyecg-worker-1";

    [Fact]
    public async Task Status_IsUpThenDown()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        Assert.Equal(WorkerState.Up, await RetainedStateAsync(broker.Port, WorkerState.Up));

        await worker.App.StopAsync(Budget.Token);

        Assert.Equal(WorkerState.Down, await RetainedStateAsync(broker.Port, WorkerState.Down));
        Assert.Equal(0, broker.Counters.WillsPublished);
    }

    [Fact]
    public async Task Stop_InTheMiddleOfAStream_LosesNoFrameAndNoAlert()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/+/+/alert", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        Task sending = SendAsync(device, 300);
        await Budget.UntilAsync(() => worker.Ingest.FramesSubmitted >= 100);

        await worker.App.StopAsync(Budget.Token);
        await sending;

        EngineSnapshot end = worker.Engine.Snapshot();
        Assert.Equal((0, 0), (end.FramesPending, end.PatchesPending));
        Assert.Equal(worker.Ingest.FramesSubmitted, end.FramesAccepted);
        await Budget.UntilAsync(() => backend.Count == end.AlertTransitions);
        Assert.True(end.AlertsStarted >= worker.Ingest.Marks);
        Assert.Equal(330, worker.Ingest.FramesReceived + worker.Ingest.Marks + broker.PendingOf(Session));
        Assert.Empty(worker.Log.Lines);
    }

    [Fact]
    public async Task Restart_WithABacklog_TakesItAllUp()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await using (RunningWorker first = await RunningWorker.ReadyAsync(broker.Port))
        {
            await device.SendAsync(3);
            await Budget.UntilAsync(() => first.Ingest.FramesSubmitted == 3);
        }

        await device.SendAsync(200);
        Assert.Equal(200, broker.PendingOf(Session));

        await using RunningWorker second = await RunningWorker.StartAsync(broker.Port);
        await Budget.UntilAsync(() => second.Engine.Snapshot().FramesAccepted == 200);
        Assert.Equal(0, second.Ingest.RejectedOf("frame"));
    }

    [Fact]
    public async Task Stop_WithoutABroker_EndsAtOnceWhenThereIsNothingToSay()
    {
        await using RunningWorker worker = await RunningWorker.StartAsync(brokerPort: 1);
        await worker.App.StopAsync(Budget.Token);
    }

    private static async Task SendAsync(Device device, int seconds)
    {
        for (int i = 0; i < seconds; i += 10)
        {
            await device.SendAsync(10);
            await device.MarkAsync();
        }
    }

    /// <summary>What a backend that comes now is told.</summary>
    private static async Task<WorkerState> RetainedStateAsync(int port, WorkerState wanted)
    {
        RecordingReceiver receiver = new();
        await using MqttConnection late = await Clients.ConnectAsync(port, $"late-{wanted}", receiver);
        await late.SubscribeAsync("anyecg/v1/_worker/worker-1/status", MqttQos.AtMostOnce);
        while (true)
        {
            Received message = await receiver.NextAsync();
            Assert.Equal(DocumentRejection.None, WorkerStatus.TryParse(message.Payload, out WorkerStatus? status));
            if (status!.State == wanted)
            {
                return wanted;
            }
        }
    }
}
