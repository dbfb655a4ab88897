using System.Buffers;
using System.Text;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>
/// A device of the worker's own: sings a synthetic ECG to the real broker over a connection of its own, a frame each second, and
/// listens there for the alerts that the worker publishes of it. Nothing in between is left out. What it cannot send at once is lost, as a
/// device's without a store: an outage is to be seen, not made up for.
/// </summary>
internal sealed partial class CanaryService(
    WorkerSettings settings, IOptions<CanaryOptions> options, BrokerTls tls, CanaryWatch watch, EngineThread engine, ILogger<CanaryService> logger)
    : IHostedService, IMqttReceiver, IAsyncDisposable
{
    /// <summary>Frames without the broker's confirmation above which further ones are left out.</summary>
    private const int MostUnderWay = 30;

    /// <summary>A canary so late (the machine was busy or asleep) leaves out what it missed.</summary>
    private const int MostLateSeconds = 5;

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(3);

    private readonly StreamKey key = new(options.Value.Group, settings.Worker.Id);
    private readonly TimeProvider time = settings.Time;
    private readonly CancellationTokenSource stopping = new();
    private MqttConnection? connection;
    private Task running = Task.CompletedTask;
    private volatile bool undescribed;
    private int underWay;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Enabled)
        {
            connection = new MqttConnection(settings.ToMqttBeside(tls.Certificates, "canary"), this, time);
            connection.StateChanged += change => undescribed |= change.State == MqttConnectionState.Connected;
            running = Task.Run(RunAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes the stream back, so that nobody misses its data.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        if (connection is not { State: MqttConnectionState.Connected } open)
        {
            return;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Goodbye);
        try
        {
            await open.PublishAsync(Message(DeviceTopics.Meta(key), default) with { Retain = true }, limit.Token).ConfigureAwait(false);
            await open.StopAsync(keepSession: false, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException)
        {
            LogRefused(logger, e.Message);
        }
    }

    /// <summary>Receive loop of the canary's connection.</summary>
    public void OnMessage(in MqttInbound message)
    {
        if (AlertReading.TryParse(message.Payload.ToArray()) is not { } alert)
        {
            return;
        }

        watch.Hear(alert);
        if (alert.Signal is AlertSignal.On or AlertSignal.Latched)
        {
            string command = $"{{\"command\":\"acknowledge\",\"alertId\":\"{alert.AlertId:D}\",\"operator\":\"canary\"}}";
            _ = SendAsync(Message(DeviceTopics.Command(key), Encoding.UTF8.GetBytes(command)) with { ContentType = "application/json" });
        }
    }

    public async ValueTask DisposeAsync()
    {
        stopping.Dispose();
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static MqttMessage Message(string topic, ReadOnlyMemory<byte> payload) =>
        new() { Topic = topic, Payload = payload, Qos = MqttQos.AtLeastOnce };

    /// <summary>A canary that breaks must not look as if it sang: the process ends, as with every other part.</summary>
    private async Task RunAsync()
    {
        try
        {
            Task listening = ListenAsync(connection!);
            await SingAsync(connection!).ConfigureAwait(false);
            await listening.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
#pragma warning disable CA1031 // Every other exception is fatal here, and is told as such.
        catch (Exception e)
#pragma warning restore CA1031
        {
            engine.Fail(e);
        }
    }

    /// <summary>A broker that refuses is no fault of the worker: the alert's absence tells of it.</summary>
    private async Task ListenAsync(MqttConnection open)
    {
        try
        {
            await open.StartAsync(stopping.Token).ConfigureAwait(false);
            await open.SubscribeAsync([new MqttSubscription(OutputTopics.Alert(key), MqttQos.AtMostOnce)], stopping.Token).ConfigureAwait(false);
        }
        catch (MqttException e)
        {
            LogRefused(logger, e.Message);
        }
    }

    private async Task SingAsync(MqttConnection open)
    {
        CanarySong song = new(options.Value.PeriodSeconds, options.Value.AsystoleSeconds);
        long start = time.GetTimestamp();
        uint epoch = (uint)(time.NowNs() / 1_000_000_000);
        for (long second = 0; ; second++)
        {
            TimeSpan due = TimeSpan.FromSeconds(second + 1) - time.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, time, stopping.Token).ConfigureAwait(false);
            }

            stopping.Token.ThrowIfCancellationRequested();
            second += due.TotalSeconds < -MostLateSeconds ? (long)-due.TotalSeconds : 0;
            if (song.BeginsSilence(second))
            {
                long beat = CanarySong.LastBeatBefore(second);
                watch.Expect(epoch, beat, start + (long)((double)beat / CanarySong.RateHz * time.TimestampFrequency));
            }

            Publish(open, song, second, epoch);
            watch.Check();
            if (open.Completion.IsFaulted)
            {
                await open.Completion.ConfigureAwait(false);
            }
        }
    }

    private void Publish(MqttConnection open, CanarySong song, long second, uint epoch)
    {
        if (open.State != MqttConnectionState.Connected || Volatile.Read(ref underWay) >= MostUnderWay)
        {
            return;
        }

        ArrayBufferWriter<byte> payload = new(1024);
        if (undescribed)
        {
            undescribed = false;
            DescriptorJson.Write(CanarySong.Descriptor(epoch), payload);
            _ = SendAsync(Message(DeviceTopics.Meta(key), payload.WrittenMemory) with { Retain = true });
            payload = new(1024);
        }

        EcgFrame frame = new();
        song.Sing(second, epoch, frame);
        _ = NativeFrameCodec.Encode(frame, FrameCodec.Int16, payload);
        _ = SendAsync(Message(DeviceTopics.Frame(key), payload.WrittenMemory) with { ContentType = NativeFrameCodec.ContentType });
    }

    private async Task SendAsync(MqttMessage message)
    {
        Interlocked.Increment(ref underWay);
        try
        {
            await connection!.PublishAsync(message, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or OperationCanceledException)
        {
            LogRefused(logger, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The canary is not heard by the broker: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
