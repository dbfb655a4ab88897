namespace AnyEcg.Mqtt;

/// <summary>The properties that all acknowledgements share: a reason string, and user properties, which are not used.</summary>
internal static class ReasonProperties
{
    /// <summary>Reads a whole block; returns the reason string, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> block)
    {
        string? reason = null;
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
        {
            if (id == PropertyId.ReasonString)
                reason = reader.Value.ReadString();
            else if (id == PropertyId.UserProperty)
                reader.SkipUserProperty();
            else
                throw PropertyReader.Unexpected(id);
        }

        return reason;
    }

    /// <summary>Writes a whole block; an empty one at the end of a packet may be left out, and is.</summary>
    public static void Write(PacketWriter writer, string? reason)
    {
        if (reason is null)
            return;
        int properties = writer.BeginProperties();
        writer.WriteProperty(PropertyId.ReasonString, reason);
        writer.EndProperties(properties);
    }
}
