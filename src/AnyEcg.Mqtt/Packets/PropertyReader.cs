namespace AnyEcg.Mqtt;

/// <summary>
/// Walks a property block. The caller reads the value through <see cref="Value"/> after each <see cref="TryReadId"/>; a
/// property that occurs twice is a protocol error, user properties and subscription identifiers excepted.
/// </summary>
internal ref struct PropertyReader(ReadOnlySpan<byte> block)
{
    private ulong seen;

    public PacketReader Value = new(block);

    public bool TryReadId(out PropertyId id)
    {
        id = default;
        if (Value.IsEmpty)
            return false;
        byte raw = Value.ReadByte();
        id = (PropertyId)raw;
        if (raw > (byte)PropertyId.SharedSubscriptionAvailable)
            throw Unexpected(id);
        if (id is PropertyId.UserProperty or PropertyId.SubscriptionIdentifier)
            return true;
        if ((seen & (1UL << raw)) != 0)
            throw MqttProtocolException.Protocol("a property occurs twice");
        seen |= 1UL << raw;
        return true;
    }

    /// <summary>Reads over a name and its value.</summary>
    public void SkipUserProperty()
    {
        Value.ReadUtf8();
        Value.ReadUtf8();
    }

    /// <summary>Reads over the value of a property that a PUBLISH may carry.</summary>
    public void SkipPublishValue(PropertyId id)
    {
        switch (id)
        {
            case PropertyId.PayloadFormatIndicator:
                Value.ReadByte();
                break;
            case PropertyId.MessageExpiryInterval:
                Value.ReadUInt32();
                break;
            case PropertyId.SubscriptionIdentifier:
                Value.ReadVariableInteger();
                break;
            case PropertyId.TopicAlias:
                Value.ReadUInt16();
                break;
            case PropertyId.UserProperty:
                SkipUserProperty();
                break;
            default:
                Value.ReadBinary();
                break;
        }
    }

    public static MqttProtocolException Unexpected(PropertyId id) =>
        MqttProtocolException.Malformed($"property 0x{(byte)id:X2} does not belong here");
}
