using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>Request line and headers of an HTTP/1.1 request (RFC 9112), as far as a WebSocket upgrade needs them.</summary>
internal sealed class HttpRequestHead
{
    /// <summary>A request without an end within this many bytes is refused.</summary>
    public const int MaxBytes = 8 * 1024;

    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);

    private HttpRequestHead(string requestLine) => RequestLine = requestLine;

    public string RequestLine { get; }

    /// <summary>Null: absent. Lines of the same name are joined by commas.</summary>
    public string? this[string header] => headers.GetValueOrDefault(header);

    /// <summary>
    /// Reads up to the empty line and not a byte further, because what follows belongs to the WebSocket. Throws
    /// <see cref="InvalidDataException"/> when it is no request.
    /// </summary>
    public static async Task<HttpRequestHead> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MaxBytes];
        int length = 0;
        do
        {
            if (length == MaxBytes || await stream.ReadAsync(bytes.AsMemory(length, 1), cancellationToken).ConfigureAwait(false) == 0)
                throw new InvalidDataException("no end of the HTTP request");
            length++;
        }
        while (!bytes.AsSpan(0, length).EndsWith("\r\n\r\n"u8));
        return Parse(Encoding.Latin1.GetString(bytes, 0, length - 4));
    }

    /// <summary>Whether a header's comma-separated list has this token, in any case.</summary>
    public bool Lists(string header, string token) => this[header] is { } value
        && value.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase);

    private static HttpRequestHead Parse(string text)
    {
        string[] lines = text.Split("\r\n");
        HttpRequestHead head = new(lines[0]);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || char.IsWhiteSpace(line[0]) || char.IsWhiteSpace(line[colon - 1]))
                throw new InvalidDataException("an HTTP header without a name");
            string name = line[..colon];
            string value = line[(colon + 1)..].Trim();
            head.headers[name] = head.headers.TryGetValue(name, out string? before) ? $"{before},{value}" : value;
        }

        return head;
    }
}
