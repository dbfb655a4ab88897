using System.Text;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Fuzz.Tests;

/// <summary>What a broker sends the client, and any client the embedded broker; broker addresses.</summary>
internal static class MqttTargets
{
    private const uint MaximumPacketSize = 32 * 1024;

    public static IEnumerable<FuzzTarget> All() =>
    [
        Packets("mqtt5-packets", MqttVersion.V5),
        Packets("mqtt311-packets", MqttVersion.V311),
        new()
        {
            Name = "broker-url",
            Mutator = new MixedMutator(new TextMutator(), new ByteMutator()),
            Feed = bytes => MqttBrokerUrl.TryParse(Encoding.UTF8.GetString(bytes), out _) is null,
            AllocationBase = 256 * 1024,
        },
    ];

    private static FuzzTarget Packets(string name, MqttVersion version) => new()
    {
        Name = name,
        Mutator = new MixedMutator(new PacketMutator(), new ByteMutator()),
        Feed = bytes => Takes(bytes, version),
        AllocationPerByte = 48,
    };

    private static bool Takes(byte[] bytes, MqttVersion version)
    {
        try
        {
            ReadOnlySpan<byte> rest = bytes;
            while (FrameReader.TryRead(ref rest, MaximumPacketSize, out byte header, out ReadOnlySpan<byte> body))
                Parse(header, body, version);
            return true;
        }
        catch (MqttProtocolException)
        {
            return false;
        }
    }

    private static void Parse(byte header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (header >> 4 == (int)PacketType.Publish)
            Check(PublishPacket.Parse(header, body, version, topicAliasMaximum: 10));
        else if (header >> 4 != (int)PacketType.Auth || version == MqttVersion.V5)
            AnyPacket.Parse(header, body, version);
    }

    /// <summary>A taken topic is one that may be handed on, and its user properties can be walked.</summary>
    private static void Check(in PublishPacket packet)
    {
        if (packet.Topic.ContainsAny("+#\0"u8) || packet.PacketId == 0 != (packet.Qos == MqttQos.AtMostOnce))
            throw new InvalidOperationException("a PUBLISH was taken that breaks its rules");
        foreach (MqttUserProperty property in new MqttUserProperties(packet.Properties))
            _ = property.Name.Length + property.Value.Length;
    }
}
