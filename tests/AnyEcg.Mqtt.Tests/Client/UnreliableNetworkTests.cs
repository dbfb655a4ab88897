using System.Globalization;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Connections cut at random while messages flow.</summary>
public sealed class UnreliableNetworkTests
{
    private const int Messages = 3_000;
    private const int Outstanding = 50;
    private const int Cuts = 25;

    [Fact]
    public async Task Flow_ConnectionsCutAtRandom_LosesNothingAndKeepsTheOrder()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(broker.Port, "sub");
        options.ReceiveMaximum = 20;
        await using MqttConnection subscriber = await Clients.ConnectAsync(options, receiver);
        await subscriber.SubscribeAsync("t");
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "pub");
        Task publishing = PublishAllAsync(publisher);
        int next = 0;
        long received = 0;
        Random random = new(3);
        int cuts = 0;
        while (next < Messages)
        {
            Received message = await receiver.NextAsync();
            int number = int.Parse(message.Text, CultureInfo.InvariantCulture);
            Assert.True(number <= next, $"{number} before {next}");
            next = Math.Max(next, number + 1);
            subscriber.Acknowledge(message.Ack);
            if (++received % (Messages / Cuts) == 0)
            {
                cuts++;
                BrokerLink[] links = broker.Core.Links();
                links[random.Next(links.Length)].Abort("a cut cable");
            }
        }

        await publishing;
        Assert.True(cuts >= Cuts - 1);
        Assert.True(subscriber.Counters.Connects + publisher.Counters.Connects > 4);
    }

    private static async Task PublishAllAsync(MqttConnection publisher)
    {
        Queue<Task> open = new();
        for (int i = 0; i < Messages; i++)
        {
            open.Enqueue(publisher.PublishAsync("t", i.ToString(CultureInfo.InvariantCulture)));
            if (open.Count > Outstanding)
                await open.Dequeue();
        }

        await Task.WhenAll(open);
    }
}
