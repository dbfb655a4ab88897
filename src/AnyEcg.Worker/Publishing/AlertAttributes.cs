using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Protocol;

namespace AnyEcg.Worker;

/// <summary>The CloudEvents attributes of a stored transition: what they say of the alert is kept, what they say of its publication is added to it.</summary>
internal static class AlertAttributes
{
    private static readonly string[] OfPublication = ["publishedat", "workerlagms"];

    /// <summary>What does not depend on when it is published, as a JSON object.</summary>
    public static byte[] Write(AlertTransition alert)
    {
        ArrayBufferWriter<byte> output = new(256);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in AlertDocument.Attributes(alert, 0).Where(a => !OfPublication.Contains(a.Key)))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>All attributes of a publication now.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(byte[] stored, long receivedNs, long publishedNs)
    {
        using JsonDocument document = JsonDocument.Parse(stored);
        double lagMs = (publishedNs - receivedNs) / 1e6;
        return
        [
            .. document.RootElement.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)),
            new(OfPublication[0], IsoTime.Format(publishedNs)),
            new(OfPublication[1], lagMs.ToString("0.###", CultureInfo.InvariantCulture)),
        ];
    }
}
