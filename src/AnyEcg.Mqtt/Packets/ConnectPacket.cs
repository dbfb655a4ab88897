namespace AnyEcg.Mqtt;

/// <summary>CONNECT (MQTT 5.0, section 3.1). Intervals in seconds.</summary>
internal sealed record ConnectPacket : IOutgoingPacket
{
    public const byte ProtocolVersion = 5;

    private const int UserNameFlag = 0x80;
    private const int PasswordFlag = 0x40;
    private const int WillRetainFlag = 0x20;
    private const int WillFlag = 0x04;
    private const int CleanStartFlag = 0x02;

    public string ClientId { get; init; } = "";

    public bool CleanStart { get; init; }

    public ushort KeepAlive { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public uint SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    public MqttMessage? Will { get; init; }

    public uint WillDelay { get; init; }

    /// <summary>The client asks for enhanced authentication.</summary>
    public bool HasAuthenticationMethod { get; init; }

    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Connect);
        writer.WriteString("MQTT");
        writer.WriteByte(ProtocolVersion);
        writer.WriteByte(Flags());
        writer.WriteUInt16(KeepAlive);
        WriteProperties(writer);
        writer.WriteString(ClientId);
        if (Will is not null)
            WriteWill(writer, Will);
        if (UserName is not null)
            writer.WriteString(UserName);
        if (Password is not null)
            writer.WriteString(Password);
        writer.End();
    }

    public static ConnectPacket Parse(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        bool named = reader.ReadUtf8().SequenceEqual("MQTT"u8);
        if (!named || reader.ReadByte() != ProtocolVersion)
            throw new MqttProtocolException(MqttReasonCode.UnsupportedProtocolVersion, "not MQTT 5.0");
        int flags = CheckedFlags(reader.ReadByte());
        ConnectPacket packet = new() { CleanStart = (flags & CleanStartFlag) != 0, KeepAlive = reader.ReadUInt16() };
        packet = ParseProperties(packet, reader.ReadPropertyBlock()) with { ClientId = reader.ReadString() };
        if ((flags & WillFlag) != 0)
            packet = WillReader.Read(packet, (MqttQos)((flags >> 3) & 3), (flags & WillRetainFlag) != 0, ref reader);
        packet = packet with
        {
            UserName = (flags & UserNameFlag) != 0 ? reader.ReadString() : null,
            Password = (flags & PasswordFlag) != 0 ? System.Text.Encoding.UTF8.GetString(reader.ReadBinary()) : null,
        };
        reader.ExpectEnd();
        return packet;
    }

    private static int CheckedFlags(int flags)
    {
        bool reserved = (flags & 1) != 0;
        bool willBitsWithoutWill = (flags & WillFlag) == 0 && (flags & 0x38) != 0;
        if (reserved || willBitsWithoutWill || (flags & 0x18) == 0x18)
            throw MqttProtocolException.Malformed("invalid CONNECT flags");
        return flags;
    }

    private static ConnectPacket ParseProperties(ConnectPacket packet, ReadOnlySpan<byte> block)
    {
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
            packet = ReadProperty(packet, id, ref reader);
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
                uint size = reader.Value.ReadUInt32();
                return size != 0 ? packet with { MaximumPacketSize = size } : throw MqttProtocolException.Protocol("packet size 0");
            case PropertyId.TopicAliasMaximum:
                reader.Value.ReadUInt16();
                return packet;
            case PropertyId.RequestResponseInformation or PropertyId.RequestProblemInformation:
                reader.Value.ReadBool();
                return packet;
            case PropertyId.UserProperty:
                reader.SkipUserProperty();
                return packet;
            case PropertyId.AuthenticationMethod:
                reader.Value.ReadUtf8();
                return packet with { HasAuthenticationMethod = true };
            case PropertyId.AuthenticationData:
                reader.Value.ReadBinary();
                return packet;
            default:
                throw PropertyReader.Unexpected(id);
        }
    }

    private byte Flags()
    {
        int flags = (CleanStart ? CleanStartFlag : 0)
            | (UserName is not null ? UserNameFlag : 0)
            | (Password is not null ? PasswordFlag : 0);
        if (Will is not null)
            flags |= WillFlag | ((int)Will.Qos << 3) | (Will.Retain ? WillRetainFlag : 0);
        return (byte)flags;
    }

    private void WriteProperties(PacketWriter writer)
    {
        int properties = writer.BeginProperties();
        if (SessionExpiry != 0)
            writer.WriteProperty(PropertyId.SessionExpiryInterval, SessionExpiry);
        if (ReceiveMaximum != ushort.MaxValue)
            writer.WriteProperty(PropertyId.ReceiveMaximum, ReceiveMaximum);
        if (MaximumPacketSize != uint.MaxValue)
            writer.WriteProperty(PropertyId.MaximumPacketSize, MaximumPacketSize);
        writer.EndProperties(properties);
    }

    private void WriteWill(PacketWriter writer, MqttMessage will)
    {
        int properties = writer.BeginProperties();
        if (WillDelay != 0)
            writer.WriteProperty(PropertyId.WillDelayInterval, WillDelay);
        writer.WriteMessageProperties(will);
        writer.EndProperties(properties);
        writer.WriteString(will.Topic);
        writer.WriteBinary(will.Payload.Span);
    }
}
