using System.Net;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>What the shipped broker configuration allows each role, and what it denies: both over TLS, on a real mosquitto.</summary>
[Collection("running")]
public sealed class AccessListTests(DeployedBroker broker) : IClassFixture<DeployedBroker>
{
    [MosquittoTheory]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-1/meta")]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-1/frame")]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-1/status")]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-1/mark")]
    [InlineData("holter-31", "ecg/v1/outpatients/patch/frame")]
    [InlineData("worker-7", "anyecg/v1/ward-7/bed-1/alert")]
    [InlineData("worker-7", "anyecg/v1/ward-7/bed-1/alert/6f1c2d3e-0000-5000-8000-00000000000a")]
    [InlineData("worker-7", "anyecg/v1/ward-7/bed-1/rhythm")]
    [InlineData("worker-7", "anyecg/v1/_worker/worker-7/status")]
    [InlineData("worker-7", "anyecg/v1/_worker/worker-7/alert")]
    [InlineData("worker-7", "anyecg/v1/_worker/worker-7/alert/6f1c2d3e-0000-5000-8000-00000000000a")]
    [InlineData("worker-7", "ecg/v1/canary-worker-7/worker-7/frame")]
    [InlineData("worker-7", "anyecg/v1/canary-worker-7/worker-7/cmd")]
    [InlineData("worker-7", "anyecg/v1/canary-worker-7/worker-7/alert")]
    [InlineData("monitor-7", "anyecg/v1/ward-7/bed-1/cmd")]
    [InlineData("worker-7", "anyecg/v1/_answer/monitor-7/1")]
    public async Task Publish_WithinTheRole_IsAllowed(string user, string topic) => Assert.True(await MayPublishAsync(user, topic));

    [MosquittoTheory]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-2/frame")]
    [InlineData("bed-1", "ecg/v1/outpatients/bed-1/frame")]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-1/else")]
    [InlineData("bed-1", "ecg/v1/ward-7/bed-1/frame/deeper")]
    [InlineData("bed-1", "anyecg/v1/ward-7/bed-1/alert")]
    [InlineData("bed-1", "anyecg/v1/ward-7/bed-1/cmd")]
    [InlineData("bed-1", "anyecg/v1/_worker/worker-7/status")]
    [InlineData("holter-31", "ecg/v1/outpatients/holter-31/frame")]
    [InlineData("worker-7", "ecg/v1/ward-7/bed-1/frame")]
    [InlineData("worker-7", "anyecg/v1/outpatients/patch/alert")]
    [InlineData("worker-7", "anyecg/v1/ward-7/bed-1/cmd")]
    [InlineData("worker-7", "anyecg/v1/_worker/worker-o/status")]
    [InlineData("worker-7", "anyecg/v1/_worker/worker-o/alert")]
    [InlineData("worker-o", "ecg/v1/canary-worker-7/worker-7/frame")]
    [InlineData("bed-1", "anyecg/v1/_worker/worker-7/alert")]
    [InlineData("monitor-7", "anyecg/v1/outpatients/patch/cmd")]
    [InlineData("monitor-7", "anyecg/v1/ward-7/bed-1/alert")]
    [InlineData("monitor-7", "anyecg/v1/_answer/monitor-o/1")]
    [InlineData("monitor-7", "ecg/v1/ward-7/bed-1/frame")]
    public async Task Publish_ForgedOrOfAnotherGroup_IsDenied(string user, string topic) => Assert.False(await MayPublishAsync(user, topic));

    [MosquittoTheory]
    [InlineData("worker-7", "bed-1", "ecg/v1/ward-7/bed-1/frame")]
    [InlineData("worker-7", "monitor-7", "anyecg/v1/ward-7/bed-1/cmd")]
    [InlineData("monitor-7", "worker-7", "anyecg/v1/ward-7/bed-1/alert")]
    [InlineData("monitor-7", "worker-7", "anyecg/v1/_worker/worker-7/status")]
    [InlineData("monitor-7", "worker-7", "anyecg/v1/_answer/monitor-7/1")]
    [InlineData("monitor-7", "worker-7", "anyecg/v1/_worker/worker-7/alert")]
    [InlineData("worker-7", "worker-7", "anyecg/v1/ward-7/bed-1/alert/6f1c2d3e-0000-5000-8000-00000000000a")]
    [InlineData("worker-7", "worker-7", "anyecg/v1/canary-worker-7/worker-7/alert")]
    public async Task Read_WithinTheRole_IsAllowed(string reader, string writer, string topic) => Assert.True(await MayReadAsync(reader, writer, topic));

    [MosquittoTheory]
    [InlineData("bed-2", "bed-1", "ecg/v1/ward-7/bed-1/frame")]
    [InlineData("bed-1", "worker-7", "anyecg/v1/ward-7/bed-1/alert")]
    [InlineData("worker-o", "bed-1", "ecg/v1/ward-7/bed-1/frame")]
    [InlineData("worker-o", "monitor-7", "anyecg/v1/ward-7/bed-1/cmd")]
    [InlineData("monitor-o", "worker-7", "anyecg/v1/ward-7/bed-1/alert")]
    [InlineData("monitor-o", "worker-7", "anyecg/v1/ward-7/bed-1/rhythm")]
    [InlineData("monitor-o", "worker-7", "anyecg/v1/_answer/monitor-7/1")]
    [InlineData("monitor-7", "bed-1", "ecg/v1/ward-7/bed-1/frame")]
    public async Task Read_OfAnotherRoleOrGroup_IsDenied(string reader, string writer, string topic) => Assert.False(await MayReadAsync(reader, writer, topic));

    [MosquittoFact]
    public async Task Connect_WithoutANameOrWithAWrongPassword_IsRefused()
    {
        MqttClientOptions wrong = broker.Options("bed-1");
        wrong.Password = "bed-1";
        await AssertRefusedAsync(broker.Options(null));
        await AssertRefusedAsync(wrong);
    }

    [MosquittoFact]
    public async Task Connect_WithoutTls_IsRefused()
    {
        MqttClientOptions plain = broker.Options("bed-1");
        plain.UseTls = false;
        await AssertRefusedAsync(plain);
    }

    [MosquittoFact]
    public async Task Connect_ByCertificate_IsHeldToTheSameList()
    {
        using DeployedBroker byCertificate = new(certificates: true);
        await byCertificate.InitializeAsync();
        Assert.True(await MayPublishAsync(byCertificate.Options("bed-1"), "ecg/v1/ward-7/bed-1/frame"));
        Assert.False(await MayPublishAsync(byCertificate.Options("bed-1"), "ecg/v1/ward-7/bed-2/frame"));
        await AssertRefusedAsync(byCertificate.Options(null));
        await byCertificate.DisposeAsync();
    }

    [MosquittoFact]
    public async Task Worker_WithItsRole_DoesItsWork()
    {
        RecordingReceiver alerts = new();
        await using MqttConnection monitor = await Clients.ConnectAsync(broker.Options("monitor-7"), alerts);
        await monitor.SubscribeAsync("anyecg/v1/ward-7/+/alert", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.StartAsync(
            broker.Port, TestModel.Create, "--Broker:Url", $"mqtts://127.0.0.1:{broker.Port}", "--Broker:CaFiles:0", broker.CaFile, "--Broker:UserName", "worker-7",
            "--Broker:PasswordFile", broker.PasswordFileOf("worker-7"), "--Worker:Id", "worker-7", "--Ingest:Groups:0", "ward-7");
        await worker.WaitAsync("/healthz/ready", HttpStatusCode.OK);

        await using MqttConnection device = await Clients.ConnectAsync(broker.Options("bed-1"));
        await PublishAsync(device, "ecg/v1/ward-7/bed-1/meta", Wire.Descriptor());
        await PublishAsync(device, "ecg/v1/ward-7/bed-1/frame", Wire.Frame(), Wire.Native);
        await PublishAsync(device, "ecg/v1/ward-7/bed-1/mark", []);
        Assert.Equal("anyecg/v1/ward-7/bed-1/alert", (await alerts.NextAsync()).Topic);
        Assert.Contains("anyecg_mqtt_tls_reload_failures_total 0\n", await worker.TextAsync("/metrics"), StringComparison.Ordinal);
    }

    private static Task PublishAsync(MqttConnection client, string topic, byte[] payload, string? contentType = null) => client.PublishAsync(
        new MqttMessage { Topic = topic, Payload = payload, Qos = MqttQos.AtLeastOnce, ContentType = contentType }, Budget.Token).AsTask();

    private static async Task<bool> MayPublishAsync(MqttClientOptions options, string topic)
    {
        await using MqttConnection client = await Clients.ConnectAsync(options);
        try
        {
            await PublishAsync(client, topic, [1]);
            return true;
        }
        catch (MqttPublishException e) when (e.ReasonCode == MqttReasonCode.NotAuthorized)
        {
            return false;
        }
    }

    private static async Task AssertRefusedAsync(MqttClientOptions options)
    {
        // mosquitto leaves a client without a certificate waiting instead of closing.
        options.ConnectTimeout = TimeSpan.FromSeconds(5);
        await using MqttConnection client = new(options, new RecordingReceiver(), TimeProvider.System);
        using CancellationTokenSource stop = new();
        Task starting = client.StartAsync(stop.Token);
        await Budget.UntilAsync(() => client.Counters.ConnectFailures > 0 || starting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Equal(0, client.Counters.Connects);
    }

    private Task<bool> MayPublishAsync(string user, string topic) => MayPublishAsync(broker.Options(user), topic);

    /// <summary>Subscribes to everything; the answer to a second subscription comes after whatever the broker let through.</summary>
    private async Task<bool> MayReadAsync(string reader, string writer, string topic)
    {
        RecordingReceiver received = new();
        await using MqttConnection reading = await Clients.ConnectAsync(broker.Options(reader), received);
        await reading.SubscribeAsync("#", MqttQos.AtMostOnce);
        await using MqttConnection writing = await Clients.ConnectAsync(broker.Options(writer));
        await PublishAsync(writing, topic, [1]);
        await reading.SubscribeAsync("fence", MqttQos.AtMostOnce);
        return received.TryTake(out _);
    }
}

/// <summary>A theory that needs mosquitto; skipped with that reason where it is not installed.</summary>
internal sealed class MosquittoTheoryAttribute : TheoryAttribute
{
    public MosquittoTheoryAttribute()
    {
        if (!MosquittoServer.IsInstalled)
        {
            Skip = "mosquitto is not installed";
        }
    }
}
