using System.Globalization;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>A device that floods, through a real connection: it is cut down, the others are not, and the books balance.</summary>
[Collection("running")]
public sealed class OverloadTests
{
    [Fact]
    public async Task Flood_OfOneDevice_IsRefusedAndEveryFrameIsAccountedFor()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(
            broker.Port, TestModel.Create, "--Ingest:Limits:StreamFramesPerSecond", "0.01", "--Ingest:Limits:BurstSeconds", "2000");
        await using Device flooding = await Device.ConnectAsync(broker.Port, "flooding");
        await using Device quiet = await Device.ConnectAsync(broker.Port, "quiet");
        await flooding.DescribeAsync();
        await quiet.DescribeAsync();
        await flooding.SendAsync(200);
        await quiet.SendAsync(15);
        await Budget.UntilAsync(() => worker.Ingest.FramesReceived == 215 && worker.Engine.Snapshot() is { FramesPending: 0, FramesAccepted: >= 35 });

        string metrics = await worker.TextAsync("/metrics");
        double refused = Value(metrics, "anyecg_messages_rejected_total{kind=\"frame\",reason=\"stream-frame-rate\"}");
        Assert.InRange(refused, 175, 180);
        Assert.Equal(215, refused + Value(metrics, "anyecg_frames_accepted_total"));
        Assert.Equal(0, Value(metrics, "anyecg_frames_dropped_total"));
        Assert.Equal(0, Value(metrics, "anyecg_frames_pending"));
        Assert.Equal(0, broker.PendingOf("anyecg-worker-1"));
        Assert.DoesNotContain("flooding", metrics, StringComparison.Ordinal);
    }

    private static double Value(string metrics, string series) => double.Parse(
        metrics.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
