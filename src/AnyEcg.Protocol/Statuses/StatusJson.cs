using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>The common start of reading a small document.</summary>
internal static class StatusJson
{
    public const int MaxBytes = 16 * 1024;

    /// <summary>
    /// Opens an object; <paramref name="document"/>, to be disposed, is null exactly when a reason is returned. Where it names its
    /// stream, that must be the stream of its topic; without a topic nothing is compared.
    /// </summary>
    public static DocumentRejection Open(ReadOnlyMemory<byte> utf8, StreamKey? topic, out JsonDocument? document)
    {
        document = null;
        if (utf8.Length > MaxBytes)
            return DocumentRejection.TooLarge;
        document = JsonText.TryParse(utf8);
        DocumentRejection fault = document is { RootElement.ValueKind: JsonValueKind.Object } ? StreamClaim.Judge(document.RootElement, topic) : DocumentRejection.BadJson;
        if (fault == DocumentRejection.None)
            return fault;
        document?.Dispose();
        document = null;
        return fault;
    }

    /// <summary>An optional ISO 8601 time as nanoseconds.</summary>
    public static bool TryTime(this JsonElement root, string name, out long? ns)
    {
        ns = null;
        if (!root.TryText(name, out string? text))
            return false;
        if (text is null)
            return true;
        Span<byte> ascii = stackalloc byte[40];
        if (text.Length > ascii.Length || !System.Text.Ascii.IsValid(text))
            return false;
        int length = System.Text.Encoding.ASCII.GetBytes(text, ascii);
        bool good = IsoTime.TryParse(ascii[..length], out long parsed);
        ns = good ? parsed : null;
        return good;
    }
}
