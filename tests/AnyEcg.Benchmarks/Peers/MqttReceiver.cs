using System.Diagnostics;
using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Benchmarks;

/// <summary>
/// What <c>mqtt_receive.c</c> does, with our client: a process of its own that counts messages of QoS 1, acknowledges each where
/// it is received, and says what processor time it took. Output as there.
/// </summary>
internal sealed class MqttReceiver(long warmUp, long messages) : IMqttReceiver
{
    private readonly TaskCompletionSource<string> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttConnection? connection;
    private long seen;
    private Environment.ProcessCpuUsage before;
    private long began;

    /// <param name="args"><c>mqtt-receiver HOST PORT WARM_UP MESSAGES RECEIVE_MAXIMUM</c>.</param>
    public static async Task RunAsync(string[] args)
    {
        MqttReceiver receiver = new(Number(args[3]), Number(args[4]));
        MqttClientOptions options = new()
        {
            Host = args[1],
            Port = (int)Number(args[2]),
            ClientId = "ours",
            CleanStart = true,
            SessionExpiry = TimeSpan.Zero,
            ReceiveMaximum = (ushort)Number(args[5]),
            ReceiveOnOwnThread = true,
        };
        await using MqttConnection connection = new(options, receiver, TimeProvider.System);
        receiver.connection = connection;
        await connection.StartAsync(CancellationToken.None);
        await connection.SubscribeAsync([new MqttSubscription("ecg/v1/#", MqttQos.AtLeastOnce)], CancellationToken.None);
        await Console.Out.WriteLineAsync("ready");
        await Console.Out.WriteLineAsync(await receiver.done.Task);
    }

    public void OnMessage(in MqttInbound message)
    {
        connection!.Acknowledge(message.Ack);
        if (++seen == warmUp)
        {
            before = Environment.CpuUsage;
            began = Stopwatch.GetTimestamp();
        }

        if (seen == warmUp + messages)
            done.SetResult(Taken());
    }

    private string Taken()
    {
        Environment.ProcessCpuUsage after = Environment.CpuUsage;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(after.UserTime - before.UserTime).TotalMicroseconds:F0} {(after.PrivilegedTime - before.PrivilegedTime).TotalMicroseconds:F0} {Stopwatch.GetElapsedTime(began).TotalMicroseconds:F0}");
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
