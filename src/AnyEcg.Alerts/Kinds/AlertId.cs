using System.Security.Cryptography;
using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Deterministic alert ids: UUID version 5 (RFC 9562, section 5.5) of stream, kind, epoch and first onset sample. A replay
/// gives the same id; a later correction of the onset never changes it. An alert that does not come from the live stream also names its origin.
/// </summary>
public static class AlertId
{
    /// <summary>The name space of all alert ids of this software. Never change it: ids would no longer match the past.</summary>
    public static Guid Namespace { get; } = new("8c2f7d1e-54b0-4a39-9d6e-2f0b7a5c1e94");

    /// <summary>Origin of alerts of a historical session.</summary>
    public const string Historical = "historical";

    /// <summary>
    /// The id of an alert; for a technical alert <paramref name="onsetSample"/> is its sequence number. <paramref name="origin"/> is
    /// null for the live stream.
    /// </summary>
    public static Guid Create(StreamKey stream, AlertKind kind, uint epoch, long onsetSample, string? origin = null)
    {
        // Unit separators cannot occur in topic levels, so that no two streams share a name.
        string name = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{stream.Group}\u001f{stream.Stream}\u001f{AlertKindTable.Of(kind).Name}\u001f{epoch}\u001f{onsetSample}");
        return Version5(Namespace, origin is null ? name : $"{name}\u001f{origin}");
    }

    internal static Guid Version5(Guid space, string name)
    {
        byte[] input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562 prescribes SHA-1; it names, it does not protect.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)(hash[6] & 0x0F | 0x50);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
