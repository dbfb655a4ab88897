using System.Net;
using System.Net.Sockets;
using System.Text;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>Hostile devices on a real broker: each fault has its counter, and a good device beside them goes on.</summary>
[Collection(WholeSystem.Name)]
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Frame = "ecg/v1/ward/bed-1/frame", Meta = "ecg/v1/ward/bed-1/meta";

    private EmbeddedBroker broker = null!;
    private RunningWorker worker = null!;
    private MqttConnection device = null!;

    public async Task InitializeAsync()
    {
        broker = await Clients.BrokerAsync();
        worker = await RunningWorker.ReadyAsync(broker.Port);
        device = await Clients.ConnectAsync(broker.Port, "device");
        await SendAsync(Meta, Wire.Descriptor(), null);
    }

    [Fact]
    public async Task EachFault_IsCountedAndTheWorkerRunsOn()
    {
        byte[] damaged = Wire.Frame();
        damaged[^1] ^= 1;
        await SendAsync(Frame, Wire.Frame(), "application/pdf");
        await SendAsync(Frame, damaged, Wire.Native);
        await SendAsync(Frame, Wire.Frame(leads: 2), Wire.Native);
        await SendAsync(Frame, Wire.NotANumber(), Wire.Native);
        await SendAsync(Frame, Encoding.UTF8.GetBytes("{\"samples\":[[" + new string('1', 900_000)), Wire.Json);
        await SendAsync(Meta, Wire.Descriptor(rate: 0), null);
        await SendAsync("ecg/v1/_evil/bed-1/frame", Wire.Frame(), Wire.Native);
        await SendAsync("ecg/v1/ward/bed-1/status", "\0\0"u8.ToArray(), null);
        await AssertGoodFramePassesAsync();

        string metrics = await worker.TextAsync("/metrics");
        foreach (string counter in new[]
        {
            "kind=\"frame\",reason=\"unknown-content-type\"",
            "kind=\"frame\",reason=\"bad-crc\"",
            "kind=\"frame\",reason=\"lead-count-mismatch\"",
            "kind=\"frame\",reason=\"not-finite\"",
            "kind=\"frame\",reason=\"bad-json\"",
            "kind=\"frame\",reason=\"reserved-group\"",
            "kind=\"meta\",reason=\"sample-rate\"",
            "kind=\"status\",reason=\"bad-json\"",
        })
        {
            Assert.Contains($"anyecg_messages_rejected_total{{{counter}}} 1\n", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HundredMegabytesAnnounced_TheBrokerEndsThatConnectionOnly()
    {
        using TcpClient raw = new();
        await raw.ConnectAsync(IPAddress.Loopback, broker.Port, Budget.Token);
        NetworkStream stream = raw.GetStream();
        await stream.WriteAsync("\x10\x11\0\x04MQTT\x05\x02\0\x3C\0\0\x04evil"u8.ToArray(), Budget.Token);

        // PUBLISH with a remaining length of 100 MB, of which only the first kilobyte comes.
        await stream.WriteAsync(new byte[] { 0x30, 0x80, 0xC2, 0xD7, 0x2F }, Budget.Token);
        await stream.WriteAsync(new byte[1024], Budget.Token);
        MemoryStream answer = new();
        try
        {
            await stream.CopyToAsync(answer, Budget.Token);
        }
        catch (IOException)
        {
            // Closed with our bytes unread: the system resets the connection.
        }

        Assert.True(broker.Counters.ProtocolErrors >= 1);
        await AssertGoodFramePassesAsync();
    }

    [Fact]
    public async Task TopicWithWildcards_NeverLeavesTheClient()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync("ecg/v1/+/bed-1/frame", Wire.Frame(), Wire.Native));
        await AssertGoodFramePassesAsync();
    }

    public async Task DisposeAsync()
    {
        await device.DisposeAsync();
        await worker.DisposeAsync();
        await broker.DisposeAsync();
    }

    private async Task AssertGoodFramePassesAsync()
    {
        long before = worker.Ingest.FramesSubmitted;
        await SendAsync(Frame, Wire.Frame(), Wire.Native);
        await Budget.UntilAsync(() => worker.Ingest.FramesSubmitted == before + 1);
    }

    private Task SendAsync(string topic, byte[] payload, string? contentType) => device.PublishAsync(
        new MqttMessage { Topic = topic, Payload = payload, ContentType = contentType, Qos = MqttQos.AtLeastOnce }, Budget.Token).AsTask();
}
