using System.Net;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AnyEcg.Worker.Tests;

/// <summary>A part that fails ends the process, and says so; a broker that is away does not.</summary>
[Collection("running")]
public sealed class FailureTests : IDisposable
{
    [Fact]
    public async Task EngineFails_TheProcessEndsWithOne()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port, () => new FailingRunner());
        await using Device device = await Device.ConnectAsync(broker.Port);
        await device.DescribeAsync();
        await device.SendAsync(5);

        await worker.App.WaitForShutdownAsync(Budget.Token);

        Assert.Equal(1, Environment.ExitCode);
        Assert.Contains(worker.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.False(worker.Get<WorkerHealth>().Live().Healthy);
    }

    [Fact]
    public async Task BrokerRefusesTheSubscription_TheProcessEndsWithOne()
    {
        int port = await FreePortAsync();
        await using RunningWorker worker = await RunningWorker.StartAsync(port);
        EmbeddedBrokerOptions narrow = new() { Port = port, MaxSubscriptionsPerClient = 1 };
        await using EmbeddedBroker broker = await Clients.BrokerAsync(narrow);

        await worker.App.WaitForShutdownAsync(Budget.Token);

        Assert.Equal(1, Environment.ExitCode);
    }

    [Fact]
    public async Task ConnectionLoopFails_TheProcessEndsWithOne()
    {
        FakeConnection connection = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.StartAsync(
            broker.Port, services => services.AddSingleton(_ => TestModel.Create()).AddSingleton<IMqttConnection>(connection));
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);

        connection.Fail();
        await worker.App.WaitForShutdownAsync(Budget.Token);

        Assert.Equal(1, Environment.ExitCode);
    }

    [Fact]
    public async Task PublishLoopFails_TheProcessEndsWithOne()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);

        worker.Get<Outbox>().Add(Transitions.Alert(stream: "no/topic"), "{}"u8.ToArray());
        await worker.App.WaitForShutdownAsync(Budget.Token);

        Assert.Equal(1, Environment.ExitCode);
        Assert.False(worker.Get<WorkerHealth>().Live().Healthy);
    }

    [Fact]
    public async Task BrokerAway_TheSilenceOfStreamsIsNotHeldAgainstThem()
    {
        EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        Assert.True(worker.Engine.Listening);
        await broker.DisposeAsync();
        await Budget.UntilAsync(() => !worker.Engine.Listening);
    }

    [Fact]
    public async Task OutboxFullWhileTheBrokerIsAway_MetricsStillAnswer()
    {
        int port = await FreePortAsync();
        RunningWorker worker = await RunningWorker.StartAsync(port, more: ["--Worker:OutboxCapacity", "64", "--Store:Connection", "none"]);
        Outbox outbox = worker.Get<Outbox>();
        FrameIngest ingest = worker.Get<FrameIngest>();
        ingest.OnMessage(new MqttInbound { Topic = "ecg/v1/ward/bed-1/meta", Payload = Wire.Descriptor() });
        ingest.OnMessage(new MqttInbound { Topic = "ecg/v1/ward/bed-1/frame", Payload = Wire.Frame(), ContentType = Wire.Native });
        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == 1 && Fill(outbox) && worker.Get<PublishLoop>().Unconfirmed > 0);
        int marks = 0;

        // The publisher may still be taking a last batch, and makes room by it.
        await Budget.UntilAsync(() =>
        {
            ingest.OnMessage(new MqttInbound { Topic = "ecg/v1/ward/bed-1/mark", Payload = [] });
            marks++;
            return outbox.IsAwaited && worker.Engine.TrySnapshot(TimeSpan.Zero) is null;
        });

        Assert.Contains($"anyecg_marks_total {marks}\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/live"));

        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Port = port });
        await using (worker)
        {
            await Budget.UntilAsync(() => worker.Engine.TrySnapshot(TimeSpan.Zero) is { AlertsEnded: > 0 } now && now.AlertsEnded == marks);
        }
    }

    [Fact]
    public async Task BrokerAwayAtStart_LiveThenReadyWhenItComes()
    {
        int port = await FreePortAsync();
        RunningWorker worker = await RunningWorker.StartAsync(port);
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await worker.StatusAsync("/healthz/ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await worker.StatusAsync("/healthz/startup"));

        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Port = port });
        await using (worker)
        {
            await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);
            Assert.Equal(0, Environment.ExitCode);
        }
    }

    [Fact]
    public async Task BrokerRestarts_TheWorkerComesBackAndGoesOn()
    {
        EmbeddedBroker before = await Clients.BrokerAsync();
        RunningWorker worker = await RunningWorker.ReadyAsync(before.Port);
        await before.DisposeAsync();
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/live"));

        await using EmbeddedBroker after = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Port = before.Port });
        await using (worker)
        {
            await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);
            await using Device device = await Device.ConnectAsync(after.Port);
            await device.DescribeAsync();
            await Budget.UntilAsync(() => worker.Ingest.Descriptors == 1);
            await device.SendAsync(3);
            await Budget.UntilAsync(() => worker.Ingest.FramesSubmitted == 3);
            Assert.Contains("anyecg_mqtt_sessions_lost_total 1\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
        }
    }

    public void Dispose() => Environment.ExitCode = 0;

    private static bool Fill(Outbox outbox)
    {
        while (outbox.Pending < 64)
        {
            outbox.Add(Transitions.Alert());
        }

        return true;
    }

    private static async Task<int> FreePortAsync()
    {
        await using EmbeddedBroker probe = await Clients.BrokerAsync();
        return probe.Port;
    }
}
