using System.Text;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Clients and messages for tests.</summary>
internal static class Clients
{
    public static MqttClientOptions Options(int port, string clientId = "") => new()
    {
        Port = port,
        ClientId = clientId,
        ConnectTimeout = Budget.Limit,
        ReconnectMin = TimeSpan.FromMilliseconds(10),
        ReconnectMax = TimeSpan.FromMilliseconds(100),

        // As the worker receives; the conformance tests do without.
        ReceiveOnOwnThread = true,
    };

    public static MqttConnection Make(MqttClientOptions options, IMqttReceiver? receiver = null) =>
        new(options, receiver ?? new RecordingReceiver(), TimeProvider.System);

    /// <summary>A connected client.</summary>
    public static async Task<MqttConnection> ConnectAsync(MqttClientOptions options, IMqttReceiver? receiver = null)
    {
        MqttConnection client = Make(options, receiver);
        await client.StartAsync(Budget.Token);
        return client;
    }

    public static Task<MqttConnection> ConnectAsync(int port, string clientId = "", IMqttReceiver? receiver = null) =>
        ConnectAsync(Options(port, clientId), receiver);

    public static MqttMessage Text(string topic, string text, MqttQos qos = MqttQos.AtLeastOnce, bool retain = false) =>
        new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(text), Qos = qos, Retain = retain };

    public static Task SubscribeAsync(this MqttConnection client, string filter, MqttQos qos = MqttQos.AtLeastOnce) =>
        client.SubscribeAsync([new MqttSubscription(filter, qos)], Budget.Token);

    public static Task PublishAsync(
        this MqttConnection client, string topic, string text, MqttQos qos = MqttQos.AtLeastOnce, bool retain = false) =>
        client.PublishAsync(Text(topic, text, qos, retain), Budget.Token).AsTask();

    /// <summary>A started broker.</summary>
    public static async Task<EmbeddedBroker> BrokerAsync(EmbeddedBrokerOptions? options = null, TimeProvider? time = null)
    {
        EmbeddedBroker broker = new(options ?? new EmbeddedBrokerOptions(), time ?? TimeProvider.System);
        await broker.StartAsync(Budget.Token);
        return broker;
    }
}
