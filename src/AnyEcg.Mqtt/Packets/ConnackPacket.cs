namespace AnyEcg.Mqtt;

/// <summary>
/// CONNACK (sections 3.2 of MQTT 5.0 and 3.1.1): the broker's answer and the limits it sets. Intervals in seconds. Version 3.1.1
/// carries the first two fields only, with a return code in place of the reason.
/// </summary>
internal sealed record ConnackPacket : IOutgoingPacket
{
    public MqttReasonCode ReasonCode { get; init; }

    public bool SessionPresent { get; init; }

    /// <summary>Null: as the client asked.</summary>
    public uint? SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public byte MaximumQos { get; init; } = 2;

    public bool RetainAvailable { get; init; } = true;

    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    public string? AssignedClientId { get; init; }

    /// <summary>Topic aliases that the client may use; 0: none.</summary>
    public ushort TopicAliasMaximum { get; init; }

    public string? ReasonString { get; init; }

    public bool WildcardSubscriptionsAvailable { get; init; } = true;

    public bool SubscriptionIdentifiersAvailable { get; init; } = true;

    public bool SharedSubscriptionsAvailable { get; init; } = true;

    /// <summary>Null: as the client asked.</summary>
    public ushort? ServerKeepAlive { get; init; }

    /// <summary>Basis for the client's response topics; null: none.</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>Another server to use; null: none.</summary>
    public string? ServerReference { get; init; }

    public string? AuthenticationMethod { get; init; }

    public ReadOnlyMemory<byte> AuthenticationData { get; init; }

    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Connack);
        writer.WriteByte(SessionPresent ? (byte)1 : (byte)0);
        writer.WriteByte(writer.Version == MqttVersion.V5 ? (byte)ReasonCode : ConnectReturnCode.From(ReasonCode));
        int properties = writer.BeginProperties();
        WriteLimits(writer);
        WriteProperties(writer);
        writer.EndProperties(properties);
        writer.End();
    }

    /// <summary>Parses the answer to a CONNECT of this version. A server that knows only 3.1.1 answers either in its own way.</summary>
    public static ConnackPacket Parse(ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketReader reader = new(body);
        byte flags = reader.ReadByte();
        if (flags > 1)
            throw MqttProtocolException.Malformed("invalid CONNACK flags");
        byte code = reader.ReadByte();
        bool isOld = version == MqttVersion.V311 || (reader.IsEmpty && code is > 0 and < (byte)MqttReasonCode.UnspecifiedError);
        MqttReasonCode reason = isOld ? ConnectReturnCode.ToReason(code) : (MqttReasonCode)code;
        ConnackPacket packet = new() { SessionPresent = flags == 1, ReasonCode = reason };
        if (isOld || (reader.IsEmpty && reason != MqttReasonCode.Success))
        {
            reader.ExpectEnd();
            return packet;
        }

        PropertyReader properties = new(reader.ReadPropertyBlock(version));
        while (properties.TryReadId(out PropertyId id))
            packet = ConnackProperties.Read(packet, id, ref properties);
        reader.ExpectEnd();
        return packet;
    }

    private void WriteLimits(PacketWriter writer)
    {
        writer.WriteProperty(PropertyId.SessionExpiryInterval, SessionExpiry);
        if (ReceiveMaximum != ushort.MaxValue)
            writer.WriteProperty(PropertyId.ReceiveMaximum, ReceiveMaximum);
        if (MaximumQos < 2)
            writer.WriteProperty(PropertyId.MaximumQos, MaximumQos);
        if (!RetainAvailable)
            writer.WriteProperty(PropertyId.RetainAvailable, 0);
        if (MaximumPacketSize != uint.MaxValue)
            writer.WriteProperty(PropertyId.MaximumPacketSize, MaximumPacketSize);
        if (TopicAliasMaximum != 0)
            writer.WriteProperty(PropertyId.TopicAliasMaximum, TopicAliasMaximum);
        if (!WildcardSubscriptionsAvailable)
            writer.WriteProperty(PropertyId.WildcardSubscriptionAvailable, 0);
        if (!SubscriptionIdentifiersAvailable)
            writer.WriteProperty(PropertyId.SubscriptionIdentifierAvailable, 0);
        if (!SharedSubscriptionsAvailable)
            writer.WriteProperty(PropertyId.SharedSubscriptionAvailable, 0);
    }

    private void WriteProperties(PacketWriter writer)
    {
        writer.WriteProperty(PropertyId.AssignedClientIdentifier, AssignedClientId);
        writer.WriteProperty(PropertyId.ReasonString, ReasonString);
        writer.WriteProperty(PropertyId.ServerKeepAlive, ServerKeepAlive);
        writer.WriteProperty(PropertyId.ResponseInformation, ResponseInformation);
        writer.WriteProperty(PropertyId.ServerReference, ServerReference);
        writer.WriteProperty(PropertyId.AuthenticationMethod, AuthenticationMethod);
        writer.WriteProperty(PropertyId.AuthenticationData, AuthenticationData.Span);
    }
}
