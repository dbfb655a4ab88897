using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// What the wire can carry. Checked when a message is handed in, so that one that cannot be encoded never gets into a queue
/// where it would hold up the others.
/// </summary>
internal static class MessageRules
{
    /// <summary>Throws <see cref="ArgumentException"/> when the message cannot be encoded.</summary>
    public static void Check(MqttMessage message)
    {
        if (!MqttTopic.IsValidName(message.Topic))
            throw new ArgumentException($"'{message.Topic}' is not a topic name", nameof(message));
        if (message.ResponseTopic is { } topic && !MqttTopic.IsValidName(topic))
            throw new ArgumentException($"'{topic}' is not a topic name", nameof(message));
        if (message.Qos > MqttQos.ExactlyOnce)
            throw new ArgumentException("a level that does not exist", nameof(message));
        long size = message.Payload.Length + CheckText(message.Topic) + CheckText(message.ContentType) + CheckText(message.ResponseTopic);
        foreach (KeyValuePair<string, string> property in message.UserProperties)
            size += CheckText(property.Key) + CheckText(property.Value) + 1;
        if (message.CorrelationData.Length > ushort.MaxValue)
            throw new ArgumentException("the correlation data is longer than 65,535 bytes", nameof(message));
        if (size + message.CorrelationData.Length > VariableInteger.Maximum - ushort.MaxValue)
            throw new ArgumentException("the message is longer than any packet", nameof(message));
    }

    /// <summary>Whether the text has a UTF-8 form that MQTT allows: no U+0000, no lone surrogates, at most 65,535 bytes.</summary>
    public static bool IsEncodable(ReadOnlySpan<char> text) =>
        !text.Contains('\0') && HasWholeSurrogates(text) && Encoding.UTF8.GetByteCount(text) <= ushort.MaxValue;

    private static int CheckText(string? text)
    {
        if (text is null)
            return 0;
        if (!IsEncodable(text))
            throw new ArgumentException("a text has no UTF-8 form of at most 65,535 bytes without U+0000");
        return 2 + Encoding.UTF8.GetByteCount(text);
    }

    private static bool HasWholeSurrogates(ReadOnlySpan<char> text)
    {
        int first = text.IndexOfAnyInRange('\ud800', '\udfff');
        if (first < 0)
            return true;
        for (ReadOnlySpan<char> rest = text[first..]; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int used) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[used..];
        }

        return true;
    }
}
