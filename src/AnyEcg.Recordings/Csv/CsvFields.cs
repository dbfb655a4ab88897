using System.Globalization;

namespace AnyEcg.Recordings;

/// <summary>Single fields of a table: numbers with a decimal point, ISO 8601 times, and fields that say "no value".</summary>
internal static class CsvFields
{
    /// <summary>Takes the next field off the front of a line.</summary>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line, byte separator, out bool isLast)
    {
        int at = line.IndexOf(separator);
        isLast = at < 0;
        ReadOnlySpan<byte> field = isLast ? line : line[..at];
        line = isLast ? default : line[(at + 1)..];
        return Bare(field);
    }

    public static bool IsMissing(ReadOnlySpan<byte> field) =>
        field.IsEmpty || field.SequenceEqual("NaN"u8) || field.SequenceEqual("nan"u8) || field.SequenceEqual("null"u8) || field.SequenceEqual("NA"u8);

    public static bool TryNumber(ReadOnlySpan<byte> field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Seconds since the Unix epoch of an ISO 8601 date and time, with "T" or a blank between them; without an offset it is taken as it stands.</summary>
    public static bool TryTime(ReadOnlySpan<byte> field, out double seconds)
    {
        seconds = 0;
        if (field.Length is < 16 or > 40 || field[4] != '-' || field[7] != '-' || field[10] is not ((byte)'T' or (byte)' '))
        {
            return false;
        }

        Span<char> text = stackalloc char[40];
        for (int i = 0; i < field.Length; i++)
        {
            text[i] = (char)field[i];
        }

        if (!DateTimeOffset.TryParse(text[..field.Length], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return false;
        }

        seconds = (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / (double)TimeSpan.TicksPerSecond;
        return true;
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t"u8);
        return field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1].Trim(" \t"u8) : field;
    }
}
