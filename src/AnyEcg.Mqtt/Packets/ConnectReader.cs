using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>Reads a CONNECT of either version.</summary>
internal static class ConnectReader
{
    public static ConnectPacket Read(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        bool named = reader.ReadUtf8().SequenceEqual("MQTT"u8);
        MqttVersion version = (MqttVersion)reader.ReadByte();
        if (!named || version is not (MqttVersion.V5 or MqttVersion.V311))
            throw new MqttProtocolException(MqttReasonCode.UnsupportedProtocolVersion, "neither MQTT 5.0 nor 3.1.1");
        ConnectFlags flags = Checked((ConnectFlags)reader.ReadByte(), version);
        bool clean = flags.HasFlag(ConnectFlags.CleanStart);
        ConnectPacket packet = new()
        {
            Version = version,
            CleanStart = clean,
            KeepAlive = reader.ReadUInt16(),
            SessionExpiry = version == MqttVersion.V5 || clean ? 0 : uint.MaxValue,
        };
        packet = ReadProperties(packet, reader.ReadPropertyBlock(version)) with { ClientId = reader.ReadString() };
        if (flags.HasFlag(ConnectFlags.Will))
            packet = WillReader.Read(packet, flags, ref reader);
        packet = packet with
        {
            UserName = flags.HasFlag(ConnectFlags.UserName) ? reader.ReadString() : null,
            Password = flags.HasFlag(ConnectFlags.Password) ? Encoding.UTF8.GetString(reader.ReadBinary()) : null,
        };
        reader.ExpectEnd();
        return packet;
    }

    private static ConnectFlags Checked(ConnectFlags flags, MqttVersion version)
    {
        ConnectFlags willBits = ConnectFlags.WillQos | ConnectFlags.WillRetain;
        bool willBitsWithoutWill = !flags.HasFlag(ConnectFlags.Will) && (flags & willBits) != 0;
        bool passwordOnly = version == MqttVersion.V311
            && (flags & (ConnectFlags.Password | ConnectFlags.UserName)) == ConnectFlags.Password;
        if (flags.HasFlag(ConnectFlags.Reserved) || flags.HasFlag(ConnectFlags.WillQos) || willBitsWithoutWill || passwordOnly)
            throw MqttProtocolException.Malformed("invalid CONNECT flags");
        return flags;
    }

    private static ConnectPacket ReadProperties(ConnectPacket packet, ReadOnlySpan<byte> block)
    {
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
            packet = ReadProperty(packet, id, ref reader);
        if (packet.AuthenticationMethod is null && packet.AuthenticationData is not null)
            throw MqttProtocolException.Protocol("authentication data without a method");
        return packet;
    }

    private static ConnectPacket ReadProperty(ConnectPacket packet, PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.SessionExpiryInterval:
                return packet with { SessionExpiry = reader.Value.ReadUInt32() };
            case PropertyId.ReceiveMaximum:
                return packet with { ReceiveMaximum = reader.Value.ReadNonZeroUInt16() };
            case PropertyId.MaximumPacketSize:
                return packet with { MaximumPacketSize = reader.Value.ReadNonZeroUInt32() };
            case PropertyId.TopicAliasMaximum:
                return packet with { TopicAliasMaximum = reader.Value.ReadUInt16() };
            case PropertyId.RequestResponseInformation:
                return packet with { RequestResponseInformation = reader.Value.ReadBool() };
            case PropertyId.RequestProblemInformation:
                return packet with { RequestProblemInformation = reader.Value.ReadBool() };
            case PropertyId.UserProperty:
                reader.SkipUserProperty();
                return packet;
            case PropertyId.AuthenticationMethod:
                return packet with { AuthenticationMethod = reader.Value.ReadString() };
            case PropertyId.AuthenticationData:
                return packet with { AuthenticationData = reader.Value.ReadBinary().ToArray() };
            default:
                throw PropertyReader.Unexpected(id);
        }
    }
}
