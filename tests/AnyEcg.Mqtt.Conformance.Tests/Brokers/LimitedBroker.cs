using System.Globalization;
using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>A broker of its own that announces one limit.</summary>
internal sealed class LimitedBroker(int port, IAsyncDisposable server) : IAsyncDisposable
{
    public int Port { get; } = port;

    public static async Task<LimitedBroker> StartAsync(BrokerKind broker, params WireProperty[] announced)
    {
        switch (broker)
        {
            case BrokerKind.Scripted:
                ScriptedBroker scripted = new(announced);
                return new LimitedBroker(scripted.Port, scripted);
            case BrokerKind.Mosquitto:
                MosquittoServer mosquitto = await MosquittoServer.StartAsync(
                    ["allow_anonymous true", .. announced.Select(Setting)], Budget.Token);
                return new LimitedBroker(mosquitto.Port, mosquitto);
            default:
                EmbeddedBroker embedded = await Clients.BrokerAsync(Options(announced));
                return new LimitedBroker(embedded.Port, embedded);
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static string Setting(WireProperty property)
    {
        string number = property.Number.ToString(CultureInfo.InvariantCulture);
        return property.Id switch
        {
            WP.MaximumQos => $"max_qos {number}",
            WP.RetainAvailable => property.Number == 0 ? "retain_available false" : "retain_available true",
            WP.MaximumPacketSize => $"max_packet_size {number}",
            WP.TopicAliasMaximum => $"max_topic_alias {number}",
            WP.ReceiveMaximum => $"max_inflight_messages {number}",
            _ => throw new ArgumentOutOfRangeException(nameof(property)),
        };
    }

    private static EmbeddedBrokerOptions Options(WireProperty[] announced)
    {
        EmbeddedBrokerOptions options = new();
        foreach (WireProperty property in announced)
        {
            switch (property.Id)
            {
                case WP.ServerKeepAlive:
                    options.KeepAlive = TimeSpan.FromSeconds(property.Number);
                    break;
                case WP.MaximumQos:
                    options.MaxQos = (MqttQos)property.Number;
                    break;
                case WP.MaximumPacketSize:
                    options.MaxPacketSize = (uint)property.Number;
                    break;
                case WP.TopicAliasMaximum:
                    options.TopicAliasMaximum = (ushort)property.Number;
                    break;
                default:
                    options.ReceiveMaximum = (ushort)property.Number;
                    break;
            }
        }

        return options;
    }
}
