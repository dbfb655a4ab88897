using System.Collections.Immutable;
using System.Globalization;

namespace AnyEcg.Recordings;

/// <summary>Takes a header's text apart, line by line; every fault names its line.</summary>
internal sealed class WfdbHeaderParser(string text, string source)
{
    /// <summary>A rate above this is garbage.</summary>
    private const double MaxSampleRateHz = 1e9;

    /// <summary>More signals than any recorder has: a larger number is garbage.</summary>
    public const int MaxSignals = 1024;

    private static readonly char[] Blank = [' ', '\t'];
    private static readonly string[] DateFormats = ["d/M/yyyy", "d-MMM-yyyy"];
    private readonly ImmutableArray<WfdbSignal>.Builder signals = ImmutableArray.CreateBuilder<WfdbSignal>();
    private readonly ImmutableArray<WfdbSegment>.Builder segments = ImmutableArray.CreateBuilder<WfdbSegment>();
    private readonly ImmutableArray<string>.Builder comments = ImmutableArray.CreateBuilder<string>();
    private WfdbHeader? record;
    private int expectedSignals;
    private int line;

    public WfdbHeader Parse()
    {
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            line++;
            string content = raw.Trim().ToString();
            if (content.StartsWith('#'))
            {
                comments.Add(content[1..].Trim());
            }
            else if (content.Length > 0)
            {
                TakeLine(content);
            }
        }

        if (record is null)
        {
            throw new RecordingFormatException($"{source} has no record line.");
        }

        if (record.SegmentCount is null && signals.Count < expectedSignals)
        {
            throw new RecordingFormatException($"{source} announces {expectedSignals} signals but describes {signals.Count}.");
        }

        if (record.SegmentCount is { } promised && segments.Count < promised)
        {
            throw new RecordingFormatException($"{source} announces {promised} segments but names {segments.Count}.");
        }

        return record with { Signals = signals.ToImmutable(), Segments = segments.ToImmutable(), Comments = comments.ToImmutable() };
    }

    private void TakeLine(string content)
    {
        if (record is null)
        {
            record = ParseRecordLine(content.Split(Blank, StringSplitOptions.RemoveEmptyEntries));
        }
        else if (record.SegmentCount is null && signals.Count < expectedSignals)
        {
            signals.Add(new WfdbSignalLine(this, content).Parse());
        }
        else if (record.SegmentCount is null)
        {
            throw Fault($"is one signal line more than the {expectedSignals} announced");
        }
        else if (segments.Count < record.SegmentCount)
        {
            segments.Add(ParseSegmentLine(content.Split(Blank, StringSplitOptions.RemoveEmptyEntries)));
        }
        else
        {
            throw Fault($"is one segment line more than the {record.SegmentCount} announced");
        }
    }

    private WfdbSegment ParseSegmentLine(string[] fields)
    {
        if (fields.Length != 2)
        {
            throw Fault("is no segment line: it needs a record name and a number of samples");
        }

        return fields[0] == WfdbSegment.NullName || WfdbNames.IsPlain(fields[0])
            ? new WfdbSegment(fields[0], Long(fields[1], "number of samples", 0, long.MaxValue / 4096))
            : throw Fault($"names the segment '{fields[0]}' outside the header's folder");
    }

    private WfdbHeader ParseRecordLine(string[] fields)
    {
        if (fields.Length < 2)
        {
            throw Fault("is no record line: it needs a name and a number of signals");
        }

        (string name, string? segments) = SplitAt(fields[0], '/');
        expectedSignals = Integer(fields[1], "number of signals", 0, MaxSignals);
        WfdbHeader parsed = new()
        {
            RecordName = name,
            SegmentCount = segments is null ? null : Integer(segments, "number of segments", 1, int.MaxValue),
        };
        if (fields.Length > 2)
        {
            parsed = WithRates(parsed, fields[2]);
        }

        long samples = fields.Length > 3 ? Long(fields[3], "number of samples", 0, long.MaxValue / 4096) : 0;
        (string? time, string? date) = (fields.ElementAtOrDefault(4), fields.ElementAtOrDefault(5));
        if (time?.Contains('-', StringComparison.Ordinal) == true)
        {
            (time, date) = (date, time);
        }

        return parsed with
        {
            SampleCount = samples == 0 ? null : samples,
            BaseTime = time is null ? null : TimeOfDay(time),
            BaseDate = date is null ? null : Date(date),
        };
    }

    private WfdbHeader WithRates(WfdbHeader parsed, string field)
    {
        (string rate, string? counter) = SplitAt(field, '/');
        string? baseCounter = null;
        if (counter is not null)
        {
            (counter, baseCounter) = SplitAt(counter, '(');
        }

        double sampleRate = Number(rate, "sampling frequency");
        if (sampleRate is <= 0 or > MaxSampleRateHz)
        {
            throw Fault($"gives a sampling frequency of {rate}: it must be above 0 and at most {MaxSampleRateHz:0}");
        }

        return parsed with
        {
            SampleRateHz = sampleRate,
            CounterRateHz = counter is null ? null : Number(counter, "counter frequency"),
            BaseCounter = baseCounter is null ? null : Number(baseCounter.TrimEnd(')'), "base counter value"),
        };
    }

    /// <summary>Hours, minutes and seconds; or minutes and seconds; or seconds: header(5) allows all three.</summary>
    private TimeSpan TimeOfDay(string field)
    {
        string[] parts = field.Split(':');
        if (parts.Length > 3)
        {
            throw Fault($"gives '{field}' as its base time: expected HH:MM:SS");
        }

        double seconds = 0;
        foreach (string part in parts)
        {
            double value = Number(part, "base time");
            seconds = (seconds * 60) + value;
        }

        return seconds is >= 0 and < 172_800
            ? TimeSpan.FromSeconds(seconds)
            : throw Fault($"gives '{field}' as its base time: expected HH:MM:SS");
    }

    /// <summary>As header(5) has it, or with the month's name before the time, as the headers of the PhysioNet/CinC Challenges 2020 and 2021 have it.</summary>
    private DateOnly Date(string field) =>
        DateOnly.TryParseExact(field, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : throw Fault($"gives '{field}' as its base date: expected DD/MM/YYYY");

    internal int Integer(string field, string what, int min, int max) => (int)Long(field, what, min, max);

    internal long Long(string field, string what, long min, long max) =>
        long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min && value <= max
            ? value
            : throw Fault($"gives '{field}' as its {what}");

    internal double Number(string field, string what) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Fault($"gives '{field}' as its {what}");

    internal RecordingFormatException Fault(string what) => new($"Line {line} of {source} {what}.");

    internal static (string Before, string? After) SplitAt(string field, char separator)
    {
        int at = field.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (field, null) : (field[..at], field[(at + 1)..]);
    }
}
