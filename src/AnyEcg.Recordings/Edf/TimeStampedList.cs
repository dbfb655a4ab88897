using System.Globalization;
using System.Text;

namespace AnyEcg.Recordings;

/// <summary>
/// Takes the annotation signal of one EDF+ data record apart. Each list is an onset with a sign, an optional duration after
/// byte 21, then texts that each end with byte 20, and byte 0. The first list of a record has an empty text and gives the record's onset.
/// </summary>
internal static class TimeStampedList
{
    private const byte End = 0, TextEnd = 20, DurationMark = 21;

    /// <returns>Null when all is well, or what is wrong.</returns>
    /// <param name="bytes">The annotation signal of the record.</param>
    /// <param name="recordOnset">Seconds from the start in the header; null where the record has no list.</param>
    /// <param name="note">Told each annotation, its onset counted from the start in the header.</param>
    public static string? Parse(ReadOnlySpan<byte> bytes, out double? recordOnset, Action<RecordingNote> note)
    {
        recordOnset = null;
        while (true)
        {
            bytes = bytes.TrimStart(End);
            if (bytes.IsEmpty)
            {
                return null;
            }

            int end = bytes.IndexOf(End);
            ReadOnlySpan<byte> list = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[end..];
            if (ParseOne(list, ref recordOnset, note) is { } fault)
            {
                return fault;
            }
        }
    }

    private static string? ParseOne(ReadOnlySpan<byte> list, ref double? recordOnset, Action<RecordingNote> note)
    {
        int head = list.IndexOf(TextEnd);
        if (head < 0 || list[^1] != TextEnd)
        {
            return "an annotation list without its end mark";
        }

        ReadOnlySpan<byte> time = list[..head];
        int mark = time.IndexOf(DurationMark);
        double? duration = null;
        if (mark >= 0)
        {
            if (Number(time[(mark + 1)..], signed: false) is not { } seconds)
            {
                return "an annotation whose duration is no number";
            }

            duration = seconds;
            time = time[..mark];
        }

        if (Number(time, signed: true) is not { } onset)
        {
            return "an annotation whose onset is no number with a sign";
        }

        ReadOnlySpan<byte> texts = list[(head + 1)..];
        recordOnset ??= onset;
        while (!texts.IsEmpty)
        {
            int end = texts.IndexOf(TextEnd);
            if (end > 0)
            {
                note(new RecordingNote(onset, duration, Encoding.UTF8.GetString(texts[..end])));
            }

            texts = texts[(end + 1)..];
        }

        return null;
    }

    private static double? Number(ReadOnlySpan<byte> text, bool signed)
    {
        if (signed != (text.Length > 0 && text[0] is (byte)'+' or (byte)'-'))
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : null;
    }
}
