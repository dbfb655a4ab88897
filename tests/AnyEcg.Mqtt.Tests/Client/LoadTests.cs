using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace AnyEcg.Mqtt.Tests;

/// <summary>QoS 1 end to end with a full window, 700 bytes a message; prints the rate.</summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int Messages = 10_000;
    private const int Topics = 100;
    private const int Outstanding = 2_000;

    [Fact]
    public async Task Flood_ThroughOwnBroker_ArrivesCompleteAndInOrder()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxQueuedPerClient = Messages });
        await RunAsync(broker.Port);
        Assert.Equal(Messages, broker.Counters.DeliveriesSent);
    }

    [MosquittoFact]
    public async Task Flood_ThroughMosquitto_ArrivesCompleteAndInOrder()
    {
        string[] settings = ["allow_anonymous true", "max_inflight_messages 1000", $"max_queued_messages {Messages}"];
        await using MosquittoServer server = await MosquittoServer.StartAsync(settings, Budget.Token);
        await RunAsync(server.Port);
    }

    private async Task RunAsync(int port)
    {
        OrderCheck check = new();
        await using MqttConnection subscriber = Clients.Make(Clients.Options(port, "sub"), check);
        check.Client = subscriber;
        await subscriber.StartAsync(Budget.Token);
        await subscriber.SubscribeAsync("flood/#");
        await using MqttConnection publisher = await Clients.ConnectAsync(port, "pub");
        long start = TimeProvider.System.GetTimestamp();
        Queue<Task> open = new();
        for (int i = 0; i < Messages; i++)
        {
            byte[] payload = new byte[700];
            Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture).PadLeft(8), payload);
            MqttMessage message = new() { Topic = $"flood/{i % Topics}", Payload = payload, Qos = MqttQos.AtLeastOnce };
            open.Enqueue(publisher.PublishAsync(message, Budget.Token).AsTask());
            if (open.Count > Outstanding)
                await open.Dequeue();
        }

        await Task.WhenAll(open);
        await check.Done.WaitAsync(Budget.Limit);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Messages / seconds:F0} messages/s"));
        Assert.Equal(0, check.Errors);
    }

    private sealed class OrderCheck : IMqttReceiver
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int next;

        public MqttConnection? Client { get; set; }

        public int Errors { get; private set; }

        public Task Done => done.Task;

        public void OnMessage(in MqttInbound message)
        {
            int number = int.Parse(message.Payload[..8], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
            if (number != next || message.Duplicate)
                Errors++;
            Client!.Acknowledge(message.Ack);
            if (++next == Messages)
                done.SetResult();
        }
    }
}
