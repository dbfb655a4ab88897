namespace AnyEcg.Mqtt;

/// <summary>The properties of a CONNACK, one by one.</summary>
internal static class ConnackProperties
{
    /// <summary>The packet with one property more.</summary>
    public static ConnackPacket Read(ConnackPacket packet, PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.SessionExpiryInterval:
                return packet with { SessionExpiry = reader.Value.ReadUInt32() };
            case PropertyId.ReceiveMaximum:
                return packet with { ReceiveMaximum = reader.Value.ReadNonZeroUInt16() };
            case PropertyId.MaximumQos:
                return packet with { MaximumQos = reader.Value.ReadBool() ? (byte)1 : (byte)0 };
            case PropertyId.RetainAvailable:
                return packet with { RetainAvailable = reader.Value.ReadBool() };
            case PropertyId.MaximumPacketSize:
                return packet with { MaximumPacketSize = reader.Value.ReadNonZeroUInt32() };
            case PropertyId.TopicAliasMaximum:
                return packet with { TopicAliasMaximum = reader.Value.ReadUInt16() };
            case PropertyId.WildcardSubscriptionAvailable:
                return packet with { WildcardSubscriptionsAvailable = reader.Value.ReadBool() };
            case PropertyId.SubscriptionIdentifierAvailable:
                return packet with { SubscriptionIdentifiersAvailable = reader.Value.ReadBool() };
            case PropertyId.SharedSubscriptionAvailable:
                return packet with { SharedSubscriptionsAvailable = reader.Value.ReadBool() };
            case PropertyId.ServerKeepAlive:
                return packet with { ServerKeepAlive = reader.Value.ReadUInt16() };
            default:
                return ReadText(packet, id, ref reader);
        }
    }

    private static ConnackPacket ReadText(ConnackPacket packet, PropertyId id, ref PropertyReader reader)
    {
        switch (id)
        {
            case PropertyId.AssignedClientIdentifier:
                return packet with { AssignedClientId = reader.Value.ReadString() };
            case PropertyId.ReasonString:
                return packet with { ReasonString = reader.Value.ReadString() };
            case PropertyId.ResponseInformation:
                return packet with { ResponseInformation = reader.Value.ReadString() };
            case PropertyId.ServerReference:
                return packet with { ServerReference = reader.Value.ReadString() };
            case PropertyId.AuthenticationMethod:
                return packet with { AuthenticationMethod = reader.Value.ReadString() };
            case PropertyId.AuthenticationData:
                return packet with { AuthenticationData = reader.Value.ReadBinary().ToArray() };
            case PropertyId.UserProperty:
                reader.SkipUserProperty();
                return packet;
            default:
                throw PropertyReader.Unexpected(id);
        }
    }
}
