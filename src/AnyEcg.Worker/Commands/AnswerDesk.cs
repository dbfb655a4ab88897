using System.Buffers;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>Where an answer goes, of the request's properties.</summary>
internal sealed record AnswerAddress(string Topic, byte[] CorrelationData);

/// <summary>
/// Publishes answers, QoS 1, each on its own: none waits for another. While the broker takes none they are kept up to a bound, then
/// dropped and counted: a requester asks again. The connection is made after the ingest that it feeds, hence <see cref="Attach"/>. Any thread.
/// </summary>
internal sealed partial class AnswerDesk(CommandMetrics metrics, ILogger<AnswerDesk> logger)
{
    private const long MostBytes = 32 << 20;

    /// <summary>Of an answer beside its payload.</summary>
    private const int Overhead = 512;

    /// <summary>After so long nobody waits for it any more.</summary>
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);

    private IMqttConnection? connection;
    private long bytes;

    public void Attach(IMqttConnection mqtt) => Volatile.Write(ref connection, mqtt);

    /// <summary>Sends an answer; null: nobody asked for one.</summary>
    public void Send(AnswerAddress? address, CommandAnswer answer)
    {
        if (address is null)
        {
            metrics.Published("unaddressed");
            return;
        }

        ArrayBufferWriter<byte> payload = new(256);
        answer.Write(payload);
        int size = payload.WrittenCount + Overhead;
        if (Volatile.Read(ref connection) is not { } mqtt || Interlocked.Add(ref bytes, size) > MostBytes)
        {
            Interlocked.Add(ref bytes, -size);
            metrics.Published("dropped");
            return;
        }

        MqttMessage message = AlertMessages.Json(address.Topic, payload.WrittenMemory, retain: false) with
        {
            CorrelationData = address.CorrelationData,
            MessageExpiry = Expiry,
        };
        _ = Task.Run(() => PublishAsync(mqtt, message, size, answer.Strip is null ? null : () => Send(address, TooLarge(answer))));
    }

    private static CommandAnswer TooLarge(CommandAnswer answer) =>
        new() { Outcome = CommandOutcome.Refused, Reason = CommandRefusal.StripTooLarge.WireName(), Key = answer.Key, Command = answer.Command };

    private async Task PublishAsync(IMqttConnection mqtt, MqttMessage message, int size, Action? refused)
    {
        try
        {
            await mqtt.PublishAsync(message, CancellationToken.None).ConfigureAwait(false);
            metrics.Published("sent");
        }
        catch (MqttException e)
        {
            metrics.Published("failed");
            LogRefused(logger, e.Message);
            refused?.Invoke();
        }
        finally
        {
            Interlocked.Add(ref bytes, -size);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The broker did not take an answer to a command: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
