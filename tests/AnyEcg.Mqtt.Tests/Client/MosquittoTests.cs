using System.Globalization;
using System.Text;

namespace AnyEcg.Mqtt.Tests;

/// <summary>What the client offers, against a mosquitto.</summary>
public sealed class MosquittoTests
{
    private const int Messages = 300;

    [MosquittoFact]
    public Task ExactlyOnce_ConnectionsCut_EachMessageArrivesOnce() => ExactlyOnceAsync(MqttVersionChoice.V5);

    [MosquittoFact]
    public Task ExactlyOnce311_ConnectionsCut_EachMessageArrivesOnce() => ExactlyOnceAsync(MqttVersionChoice.V311);

    [MosquittoFact]
    public async Task Subscription_IdentifiersAndOptions_AreThoseAskedFor()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(server.Port, "c", receiver);
        await client.PublishAsync("r/1", "kept", retain: true);
        await client.SubscribeAsync(
            [new("r/#", Identifier: 7, NoLocal: true, RetainAsPublished: true), new("t", Identifier: 300_000_00)], Budget.Token);
        Received kept = await receiver.NextAsync();
        Assert.Equal(("kept", true, 7u), (kept.Text, kept.Retain, Assert.Single(kept.SubscriptionIds)));
        await client.PublishAsync("r/2", "own");
        await client.PublishAsync("t", "x");
        Received other = await receiver.NextAsync();
        Assert.Equal(("x", 300_000_00u), (other.Text, Assert.Single(other.SubscriptionIds)));
        await using MqttConnection publisher = await Clients.ConnectAsync(server.Port, "p");
        await publisher.PublishAsync("r/3", "live", retain: true);
        Received live = await receiver.NextAsync();
        Assert.Equal(("live", true), (live.Text, live.Retain));
        await client.SubscribeAsync([new("r/#", RetainHandling: MqttRetainHandling.OnlyIfNew)], Budget.Token);
        await client.SubscribeAsync([new("r/+", RetainHandling: MqttRetainHandling.Never)], Budget.Token);
        await client.PublishAsync("t", "last");
        Assert.Equal("last", (await receiver.NextAsync()).Text);
    }

    [MosquittoFact]
    public async Task SharedSubscription_TwoClients_ShareTheMessages()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        RecordingReceiver[] receivers = [new(), new()];
        await using MqttConnection first = await Clients.ConnectAsync(server.Port, "1", receivers[0]);
        await using MqttConnection second = await Clients.ConnectAsync(server.Port, "2", receivers[1]);
        await first.SubscribeAsync("$share/g/t", MqttQos.AtMostOnce);
        await second.SubscribeAsync("$share/g/t", MqttQos.AtMostOnce);
        await using MqttConnection publisher = await Clients.ConnectAsync(server.Port, "p");
        for (int i = 0; i < 20; i++)
            await publisher.PublishAsync("t", $"{i}");
        await Budget.UntilAsync(() => receivers[0].Count + receivers[1].Count == 20);
        Assert.All(receivers, receiver => Assert.NotEqual(0, receiver.Count));
    }

    [MosquittoFact]
    public async Task TopicAliases_Outgoing_BrokerResolvesThem()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        RecordingReceiver receiver = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(server.Port, "s", receiver);
        await subscriber.SubscribeAsync("t/#", MqttQos.AtMostOnce);
        MqttClientOptions options = Clients.Options(server.Port, "p");
        options.MaxTopicAliases = 100;
        await using MqttConnection publisher = await Clients.ConnectAsync(options);
        for (int i = 0; i < 60; i++)
            await publisher.PublishAsync($"t/{i % 20}", $"{i}");
        List<Received> got = await receiver.TakeAsync(60);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => ($"t/{i % 20}", $"{i}")), got.Select(r => (r.Topic, r.Text)));
    }

    [MosquittoFact]
    public async Task Version311_Messages_ArriveWithoutTheirProperties()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(server.Port, "old");
        options.ProtocolVersion = MqttVersionChoice.V311;
        options.CleanStart = true;
        await using MqttConnection old = await Clients.ConnectAsync(options, receiver);
        await old.SubscribeAsync("t/#", MqttQos.ExactlyOnce);
        await using MqttConnection publisher = await Clients.ConnectAsync(server.Port, "p");
        foreach (MqttQos qos in Enum.GetValues<MqttQos>())
        {
            await publisher.PublishAsync(Clients.Text("t/1", $"{qos}", qos) with { ContentType = "j" }, Budget.Token);
            Received got = await receiver.NextAsync();
            Assert.Equal((qos, $"{qos}", null), (got.Qos, got.Text, got.ContentType));
            old.Acknowledge(got.Ack);
            await old.PublishAsync("t/2", "from 3.1.1", qos);
            old.Acknowledge((await receiver.NextAsync()).Ack);
        }

        await old.UnsubscribeAsync(["t/#"], Budget.Token);
        await old.StopAsync(keepSession: true, Budget.Token);
        Assert.Equal((0, 0), (old.Counters.ConnectionsLost, old.Counters.ProtocolErrors));
    }

    [MosquittoFact]
    public async Task Limits_OfTheBroker_AreHonoured()
    {
        string[] settings = ["allow_anonymous true", "max_qos 1", "retain_available false", "max_keepalive 20", "max_packet_size 2000"];
        await using MosquittoServer server = await MosquittoServer.StartAsync(settings, Budget.Token);
        await using MqttConnection client = await Clients.ConnectAsync(server.Port, "c");
        async Task<MqttReasonCode> RefusedAsync(MqttMessage message) =>
            (await Assert.ThrowsAsync<MqttPublishException>(() => client.PublishAsync(message, Budget.Token).AsTask())).ReasonCode;
        Assert.Equal(MqttReasonCode.QosNotSupported, await RefusedAsync(Clients.Text("t", "x", MqttQos.ExactlyOnce)));
        Assert.Equal(MqttReasonCode.RetainNotSupported, await RefusedAsync(Clients.Text("t", "x", retain: true)));
        Assert.Equal(MqttReasonCode.PacketTooLarge, await RefusedAsync(Clients.Text("t", new string('x', 3000))));
        await client.PublishAsync("t", "x");
        Assert.Equal(0, client.Counters.ConnectionsLost);
    }

    [MosquittoFact]
    public async Task Request_OverMosquitto_IsAnswered()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        RecordingReceiver inbox = new();
        await using MqttConnection answering = await Clients.ConnectAsync(server.Port, "a", inbox);
        await answering.SubscribeAsync("q");
        MqttRequests requests = new(new RecordingReceiver(), new MqttRequestOptions { ResponseTopic = "answers/c" }, TimeProvider.System);
        await using MqttConnection asking = Clients.Make(Clients.Options(server.Port, "c"), requests);
        requests.Attach(asking);
        await asking.StartAsync(Budget.Token);
        Task<MqttAnswer> answer = requests.RequestAsync("q", "?"u8.ToArray(), Budget.Limit, Budget.Token);
        Received question = await inbox.NextAsync();
        await answering.PublishAsync(Clients.Text(question.ResponseTopic!, "!") with { CorrelationData = question.CorrelationData }, Budget.Token);
        Assert.Equal("!", Encoding.UTF8.GetString((await answer).Payload.Span));
    }

    private static async Task ExactlyOnceAsync(MqttVersionChoice version)
    {
        string[] settings = ["allow_anonymous true", $"max_queued_messages {Messages}"];
        await using MosquittoServer server = await MosquittoServer.StartAsync(settings, Budget.Token);
        await using CutCable cable = new(server.Port);
        RecordingReceiver receiver = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(Options("s", cable.Port, version), receiver);
        await subscriber.SubscribeAsync("t", MqttQos.ExactlyOnce);
        await using MqttConnection publisher = await Clients.ConnectAsync(Options("p", cable.Port, version));
        List<Task> publishing = [];
        List<int> got = [];
        for (int i = 0; i < Messages; i++)
        {
            publishing.Add(publisher.PublishAsync("t", i.ToString(CultureInfo.InvariantCulture), MqttQos.ExactlyOnce));
            if (i % 10 != 9)
                continue;
            foreach (Received message in await receiver.TakeAsync(10))
            {
                got.Add(int.Parse(message.Text, CultureInfo.InvariantCulture));
                subscriber.Acknowledge(message.Ack);
                if (got.Count % 37 == 0)
                    cable.Cut();
            }
        }

        await Task.WhenAll(publishing).WaitAsync(Budget.Limit);
        Assert.Equal(Enumerable.Range(0, Messages), got);
        Assert.Equal(0, receiver.Count);
        Assert.True(subscriber.Counters.Connects > 2 && publisher.Counters.Connects > 2);
    }

    private static MqttClientOptions Options(string id, int port, MqttVersionChoice version)
    {
        MqttClientOptions options = Clients.Options(port, id);
        options.ProtocolVersion = version;
        options.ContestedAfter = 0;
        return options;
    }
}
