namespace AnyEcg.Mqtt;

/// <summary>CONNECT (sections 3.1 of MQTT 5.0 and 3.1.1). Intervals in seconds. Version 3.1.1 carries no properties.</summary>
internal sealed record ConnectPacket : IOutgoingPacket
{
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    public string ClientId { get; init; } = "";

    /// <summary>Version 3.1.1: its Clean Session.</summary>
    public bool CleanStart { get; init; }

    public ushort KeepAlive { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>Version 3.1.1 has no such property: 0 with Clean Session, else it never expires.</summary>
    public uint SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>Topic aliases that the broker may use; 0: none.</summary>
    public ushort TopicAliasMaximum { get; init; }

    public bool RequestResponseInformation { get; init; }

    /// <summary>False: reason strings and user properties only where they matter.</summary>
    public bool RequestProblemInformation { get; init; } = true;

    public MqttMessage? Will { get; init; }

    public uint WillDelay { get; init; }

    /// <summary>Null unless the client asks for enhanced authentication.</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>Null: none; only with a method.</summary>
    public ReadOnlyMemory<byte>? AuthenticationData { get; init; }

    /// <summary>Writes it, and sets the level of all that follows.</summary>
    public void WriteTo(PacketWriter writer)
    {
        writer.Version = Version;
        writer.Begin(PacketType.Connect);
        writer.WriteString("MQTT");
        writer.WriteByte((byte)Version);
        writer.WriteByte((byte)Flags());
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

    /// <summary>Throws 0x84 where the protocol is neither version; see <see cref="AnswerVersion"/>.</summary>
    public static ConnectPacket Parse(ReadOnlySpan<byte> body) => ConnectReader.Read(body);

    /// <summary>The level in which to answer a CONNECT of whatever protocol: a client older than 5 does not understand properties.</summary>
    public static MqttVersion AnswerVersion(ReadOnlySpan<byte> body)
    {
        int name = body.Length < 2 ? 0 : (body[0] << 8) | body[1];
        return body.Length > name + 2 && body[name + 2] < (byte)MqttVersion.V5 ? MqttVersion.V311 : MqttVersion.V5;
    }

    /// <summary>Never the password, which a generated text would show.</summary>
    public override string ToString() => $"CONNECT {Version} '{ClientId}'";

    private ConnectFlags Flags()
    {
        ConnectFlags flags = (CleanStart ? ConnectFlags.CleanStart : 0)
            | (UserName is not null ? ConnectFlags.UserName : 0)
            | (Password is not null ? ConnectFlags.Password : 0);
        if (Will is not null)
            flags |= ConnectFlags.Will | (ConnectFlags)((int)Will.Qos << 3) | (Will.Retain ? ConnectFlags.WillRetain : 0);
        return flags;
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
        if (TopicAliasMaximum != 0)
            writer.WriteProperty(PropertyId.TopicAliasMaximum, TopicAliasMaximum);
        if (RequestResponseInformation)
            writer.WriteProperty(PropertyId.RequestResponseInformation, 1);
        if (!RequestProblemInformation)
            writer.WriteProperty(PropertyId.RequestProblemInformation, 0);
        writer.WriteProperty(PropertyId.AuthenticationMethod, AuthenticationMethod);
        writer.WriteProperty(PropertyId.AuthenticationData, AuthenticationData.GetValueOrDefault().Span);
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
