using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>
/// What a client usually does, with much of what the protocol has: a client with a Will, a user and all QoS; one with nothing of
/// that; one that stays silent for longer than its keep-alive; one without an id.
/// </summary>
internal static class TourScenario
{
    public const string Full = "tourfull";
    public const string Plain = "tourplain";
    public const string Silent = "toursilent";
    public const string UserName = "guest";

    /// <summary>Of the silent client, seconds: short, but with room for a machine that stalls before the broker closes.</summary>
    public const int KeepAlive = 2;

    /// <summary>A topic that begins with a byte order mark and goes on beyond the first plane.</summary>
    public const string Exotic = "tour/\uFEFFbom/\u00fc\u20ac\U0001F600";

    public static async Task<Tape> RecordAsync(ScenarioSettings settings)
    {
        await using Wiretap tap = new(settings.BrokerPort);
        Task silent = StaySilentAsync(settings, tap);
        await UseAllAsync(settings, tap);
        await UseLittleAsync(settings, tap, Plain);
        await UseLittleAsync(settings, tap, "");
        await silent;
        await tap.Tape.WaitAsync(e => e is { FromClient: true, Packet: null }, 4);
        return tap.Tape;
    }

    private static async Task UseAllAsync(ScenarioSettings settings, Wiretap tap)
    {
        MqttClientOptions options = settings.Options(tap.Port, Full);
        options.UserName = UserName;
        options.Password = UserName;
        options.CleanStart = true;
        options.SessionExpiry = TimeSpan.Zero;
        options.Will = Message("tour/will/\u00e9", 40, MqttQos.AtLeastOnce) with { Retain = true };
        options.WillDelay = TimeSpan.FromSeconds(5);
        (MqttConnection client, AckingReceiver receiver) = await AckingReceiver.ConnectAsync(options);
        await using MqttConnection end = client;
        MqttQos highest = settings.HasQos2 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce;
        await client.SubscribeAsync(
            [
                new MqttSubscription("tour/+/\u00fc\u20ac\U0001F600", highest, MqttRetainHandling.Never),
                new MqttSubscription("tour/all/#", highest, MqttRetainHandling.OnlyIfNew, RetainAsPublished: true),
                new MqttSubscription("tour/unused", MqttQos.AtMostOnce, NoLocal: true),
            ],
            Budget.Token);
        receiver.Hold = true;
        await PublishAsync(client, highest);
        await receiver.HasAsync(m => m.Topic == "tour/all/order", 3 * ((int)highest + 1));
        await receiver.HasAsync(m => m.Topic == Exotic, (int)highest + 1);
        receiver.ReleaseBackwards();
        await client.UnsubscribeAsync(["tour/all/#", "tour/unused"], Budget.Token);
        await AcknowledgedAsync(tap.Tape, Full);
        await client.StopAsync(keepSession: false, Budget.Token);
    }

    /// <summary>Every QoS, with bodies below and above the lengths where the remaining length takes a byte more.</summary>
    private static async Task PublishAsync(MqttConnection client, MqttQos highest)
    {
        for (MqttQos qos = MqttQos.AtMostOnce; qos <= highest; qos++)
        {
            await client.PublishAsync(Message(Exotic, 0, qos), Budget.Token);
            foreach (int size in new[] { 1, 200, 20_000 })
                await client.PublishAsync(Message("tour/all/order", size, qos), Budget.Token);
        }
    }

    private static async Task UseLittleAsync(ScenarioSettings settings, Wiretap tap, string id)
    {
        MqttClientOptions options = settings.Options(tap.Port, id);
        options.CleanStart = true;
        options.SessionExpiry = TimeSpan.Zero;
        await using MqttConnection client = await Clients.ConnectAsync(options);
        await client.PublishAsync(new MqttMessage { Topic = "tour/plain", Qos = MqttQos.AtLeastOnce }, Budget.Token);
        await client.StopAsync(keepSession: false, Budget.Token);
    }

    private static async Task StaySilentAsync(ScenarioSettings settings, Wiretap tap)
    {
        MqttClientOptions options = settings.Options(tap.Port, Silent);
        options.CleanStart = true;
        options.SessionExpiry = TimeSpan.Zero;
        options.KeepAlive = TimeSpan.FromSeconds(KeepAlive);
        await using MqttConnection client = await Clients.ConnectAsync(options);
        await tap.Tape.WaitAsync(e => e.Packet is WirePing { Type: WireType.Pingresp });
        await client.StopAsync(keepSession: false, Budget.Token);
    }

    /// <summary>Waits until every message above QoS 0 that this client got is acknowledged to the end.</summary>
    private static Task AcknowledgedAsync(Tape tape, string clientId) => tape.UntilAsync(() =>
    {
        int connection = tape.ConnectionsOf(clientId)[0];
        int[] delivered = [.. tape.Of(connection).Where(e => !e.FromClient).Select(e => e.Packet).OfType<WirePublish>().Select(p => p.Qos)];
        WireType[] sent = [.. tape.SentOn<WireAck>(connection).Select(ack => ack.Type)];
        return delivered.Count(qos => qos == 1) == sent.Count(type => type == WireType.Puback)
            && delivered.Count(qos => qos == 2) == sent.Count(type => type == WireType.Pubcomp);
    });

    private static MqttMessage Message(string topic, int size, MqttQos qos) => new()
    {
        Topic = topic,
        Payload = Encoding.UTF8.GetBytes(new string('x', size)),
        Qos = qos,
        ContentType = "text/plain; \u00fc",
        ResponseTopic = "tour/answers/\u20ac",
        CorrelationData = new byte[] { 0, 255, 7 },
        PayloadIsUtf8 = true,
        MessageExpiry = TimeSpan.FromMinutes(5),
        UserProperties = [new("n\u00e4me", "\U0001F600"), new("", ""), new("long", new string('v', 200))],
    };
}
