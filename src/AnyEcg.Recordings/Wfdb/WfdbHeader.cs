using System.Collections.Immutable;
using System.Text;

namespace AnyEcg.Recordings;

/// <summary>A WFDB record header (.hea), as header(5) of the WFDB manual describes it. Immutable.</summary>
public sealed record WfdbHeader
{
    /// <summary>The rate that header(5) gives a record line without one.</summary>
    public const double DefaultSampleRateHz = 250;

    /// <summary>A header longer than this is no header: reading stops with an error.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required string RecordName { get; init; }

    /// <summary>Number of segments of a multi-segment record; null for an ordinary one.</summary>
    public int? SegmentCount { get; init; }

    /// <summary>Frames per second, in hertz; may be fractional.</summary>
    public double SampleRateHz { get; init; } = DefaultSampleRateHz;

    /// <summary>Ticks per second of the recorder's counter, where it differs from <see cref="SampleRateHz"/>.</summary>
    public double? CounterRateHz { get; init; }

    /// <summary>Counter value at sample 0.</summary>
    public double? BaseCounter { get; init; }

    /// <summary>Samples per signal; null when the header does not say.</summary>
    public long? SampleCount { get; init; }

    /// <summary>Time of day of sample 0, in the recorder's local time.</summary>
    public TimeSpan? BaseTime { get; init; }

    public DateOnly? BaseDate { get; init; }

    public ImmutableArray<WfdbSignal> Signals { get; init; } = [];

    /// <summary>The segments of a multi-segment record, in order; empty for an ordinary one.</summary>
    public ImmutableArray<WfdbSegment> Segments { get; init; } = [];

    /// <summary>Comment lines without their '#'.</summary>
    public ImmutableArray<string> Comments { get; init; } = [];

    /// <summary>Length in seconds, where the header gives the number of samples.</summary>
    public double? Seconds => SampleCount / SampleRateHz;

    /// <summary>Parses the text of a header.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="source">What faults call it, such as the file's name.</param>
    /// <exception cref="RecordingFormatException">The text breaks the grammar; the message names the line.</exception>
    public static WfdbHeader Parse(string text, string source = "the header")
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WfdbHeaderParser(text, source).Parse();
    }

    /// <summary>
    /// Reads and parses a header of at most <see cref="MaxBytes"/>, UTF-8 or, where it is not, Latin-1; the stream stays open.
    /// </summary>
    /// <exception cref="RecordingFormatException">Too long, or breaks the grammar.</exception>
    public static WfdbHeader Read(Stream stream, string source = "the header")
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream copy = new();
        byte[] block = new byte[4096];
        int read;
        while ((read = stream.Read(block)) > 0)
        {
            copy.Write(block, 0, read);
            if (copy.Length > MaxBytes)
            {
                throw new RecordingFormatException($"{source} is longer than {MaxBytes} bytes.");
            }
        }

        return Parse(Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length)), source);
    }

    internal RecordingInfo ToInfo() => new()
    {
        Name = RecordName,
        Kind = SegmentCount is null ? "WFDB" : "WFDB segments",
        StartTime = BaseDate is { Year: < 9999 } date ? date.ToDateTime(TimeOnly.MinValue) + (BaseTime ?? TimeSpan.Zero) : null,
        AnnotationRateHz = SampleRateHz,
        Comments = Comments,
        Patient = Patient.FromComments(Comments),
    };

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
