namespace AnyEcg.Mqtt;

/// <summary>The properties that all acknowledgements share: a reason string and user properties, neither of which is used.</summary>
internal static class ReasonProperties
{
    public static void Skip(ReadOnlySpan<byte> block)
    {
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
        {
            if (id == PropertyId.ReasonString)
                reader.Value.ReadUtf8();
            else if (id == PropertyId.UserProperty)
                reader.SkipUserProperty();
            else
                throw PropertyReader.Unexpected(id);
        }
    }
}
