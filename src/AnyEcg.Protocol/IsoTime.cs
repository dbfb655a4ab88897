using System.Globalization;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// ISO 8601 times of the wire: <c>2026-01-31T23:59:59.123456789Z</c>, none to nine decimals, <c>Z</c> or <c>+hh:mm</c>. A time
/// without an offset is refused: nobody knows which hour it means. In memory, nanoseconds since the Unix epoch.
/// </summary>
public static class IsoTime
{
    private const long NsPerSecond = 1_000_000_000, NsPerMillisecond = 1_000_000;
    private const int SecondsEnd = 19;

    /// <summary>UTC with milliseconds, rounded down.</summary>
    public static string Format(long ns)
    {
        long ms = (long)Math.Floor((decimal)ns / NsPerMillisecond);
        return DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Nanoseconds of an instant; the inverse of <see cref="Format"/> to the millisecond.</summary>
    public static long FromInstant(DateTimeOffset instant) => UnixTime.ToNs(instant);

    /// <summary>Parses ASCII text; false for anything that is not exactly such a time or lies outside 1678 to 2262.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ns)
    {
        ns = 0;
        Span<char> chars = stackalloc char[40];
        if (text.Length is < SecondsEnd + 1 or > 35)
            return false;
        for (int i = 0; i < text.Length; i++)
            chars[i] = (char)text[i];
        chars = chars[..text.Length];

        if (!DateTime.TryParseExact(
            chars[..SecondsEnd], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime whole))
            return false;

        ReadOnlySpan<char> rest = chars[SecondsEnd..];
        if (!TryFraction(ref rest, out long fraction) || !TryOffset(rest, out long offsetSeconds))
            return false;

        long seconds = ((whole.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) - offsetSeconds;
        if (seconds is <= long.MinValue / NsPerSecond or >= long.MaxValue / NsPerSecond)
            return false;
        ns = (seconds * NsPerSecond) + fraction;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> text, out long ns)
    {
        ns = 0;
        if (text is not ['.', ..])
            return true;
        int digits = 0;
        long scale = NsPerSecond / 10;
        for (; digits + 1 < text.Length && char.IsAsciiDigit(text[digits + 1]); digits++, scale /= 10)
            ns += (text[digits + 1] - '0') * scale;
        text = text[(digits + 1)..];
        return digits is >= 1 and <= 9;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        if (text is ['Z'])
            return true;
        if (text is not ['+' or '-', >= '0' and <= '2', >= '0' and <= '9', ':', >= '0' and <= '5', >= '0' and <= '9'])
            return false;
        int minutes = (((text[1] - '0') * 10) + text[2] - '0') * 60 + ((text[4] - '0') * 10) + text[5] - '0';
        seconds = (text[0] == '+' ? 60 : -60) * minutes;
        return minutes < 24 * 60;
    }
}
