namespace AnyEcg.Recordings.Tests;

/// <summary>
/// All of the set, one line for each comparison: what the reference printed, the checksum and first value that every header
/// states of its signals, records that hold the same samples in two formats, and annotations.
/// </summary>
internal sealed class ReferenceSet(string folder)
{
    public const int Block = 65_536;

    private static readonly (string Record, string Other)[] Twins =
    [
        ("100-no-len", "100"), ("a103l-no-len", "a103l"), ("test_generator_2", "test_generator_2.edf"), ("311derive_2", "310derive_2"),
        ("311derive_3", "310derive_2"), ("311derive_4", "310derive_3"),
    ];

    public IEnumerable<ReferenceLine> All() =>
        [.. ReferenceCase.All.Select(Printed), .. Twins.Select(pair => Same(pair.Record, pair.Other)), .. Headers().Select(Stated), .. Headers().Where(HasSegments).Select(Segments), .. ReferenceAnnotations.All(folder)];

    private string Sample(string record) => Path.Combine(folder, "sample-data", record);

    private ReferenceLine Printed(ReferenceCase test)
    {
        using TextReader target = ReferenceOutput.Open(Path.Combine(folder, "tests", "target-output", test.Target));
        return Line(test.Record, $"{test.Target} ({test.Kind})", recording => ReferenceOutput.Compare(test, recording, target));
    }

    private ReferenceLine Same(string record, string other) => Line(record, $"the samples of {other}", recording =>
    {
        using Recording second = Recording.Open(Sample(other));
        long compared = 0;
        for (int s = 0; s < second.AllSignals.Length; s++)
        {
            double[] a = Records.ReadSignal(recording, s, Block), b = Records.ReadSignal(second, s, Block);
            int length = Math.Min(a.Length, b.Length);
            if (!a.AsSpan(0, length).SequenceEqual(b.AsSpan(0, length)))
            {
                return (compared, $"signal {s} differs");
            }

            compared += length;
        }

        return (compared, null);
    });

    private ReferenceLine Stated(string record) => Line(record, "its header: first values and checksums", ReferenceCheck.Stated);

    private bool HasSegments(string record) => File.Exists(Sample(record) + ".hea") && FormatOf(record).EndsWith("segments", StringComparison.Ordinal);

    /// <summary>The record against its segments, each opened by itself, in physical units with eight decimals.</summary>
    private ReferenceLine Segments(string record) => Line(record, "its segments, physical values", recording =>
    {
        using FileStream stream = File.OpenRead(Sample(record) + ".hea");
        WfdbHeader header = WfdbHeader.Read(stream);
        long compared = 0, start = 0;
        foreach (WfdbSegment segment in header.Segments)
        {
            using Recording? own = segment.IsNull || segment.FrameCount == 0 ? null : Recording.Open(Sample(Path.Combine(Path.GetDirectoryName(record)!, segment.Name)));
            for (int s = 0; s < recording.AllSignals.Length; s++)
            {
                RecordedSignal signal = recording.AllSignals[s];
                int perFrame = (int)Math.Round(signal.SampleRateHz / header.SampleRateHz);
                double[] got = new double[segment.FrameCount * perFrame];
                recording.ReadSignal(s, start * perFrame, got);
                int source = own?.AllSignals.ToList().FindIndex(other => other.Name == signal.Name) ?? -1;
                double[] expected = source < 0 ? [.. Enumerable.Repeat(double.NaN, got.Length)] : Physical(Records.ReadSignal(own!, source, Block), own!.AllSignals[source]);
                if (!Physical(got, signal).AsSpan().SequenceEqual(expected))
                {
                    return (compared, $"signal {s} differs in segment {segment.Name}");
                }

                compared += got.Length;
            }

            start += segment.FrameCount;
        }

        return (compared, null);
    });

    private static double[] Physical(double[] steps, RecordedSignal signal) =>
        [.. steps.Select(step => Math.Round((step - signal.Baseline) / signal.AdcGain, 8) + 0.0)];

    private IEnumerable<string> Headers() =>
        Directory.EnumerateFiles(Path.Combine(folder, "sample-data"), "*.hea", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(folder, "sample-data"), "*.edf"))
            .Concat(Directory.EnumerateFiles(Path.Combine(folder, "sample-data"), "*.wav"))
            .Select(path => Path.GetRelativePath(Path.Combine(folder, "sample-data"), path).Replace('\\', '/'))
            .Select(path => path.EndsWith(".hea", StringComparison.Ordinal) ? path[..^4] : path)
            .Order(StringComparer.Ordinal);

    private ReferenceLine Line(string record, string against, Func<Recording, (long Compared, string? Difference)> compare)
    {
        try
        {
            using Recording recording = Recording.Open(Sample(record));
            (long compared, string? difference) = compare(recording);
            return new ReferenceLine(record, FormatOf(record), against, compared, difference ?? "equal")
            {
                Failed = difference is not null && !difference.StartsWith("no comparison", StringComparison.Ordinal) && !difference.StartsWith("equal", StringComparison.Ordinal),
            };
        }
        catch (FileNotFoundException missing)
        {
            return new ReferenceLine(record, FormatOf(record), against, 0, $"the set has no {Path.GetFileName(missing.FileName)}");
        }
        catch (RecordingFormatException refused)
        {
            return new ReferenceLine(record, FormatOf(record), against, 0, $"refused: {refused.Message}") { Failed = !Expected(refused.Message) };
        }
    }

    /// <summary>What is refused on purpose: layouts and other kinds of file are no recordings.</summary>
    private static bool Expected(string message) =>
        message.Contains("RIFF", StringComparison.Ordinal) || message.Contains("none of its signals has a file", StringComparison.Ordinal);

    private string FormatOf(string record)
    {
        string path = Sample(record) + ".hea";
        if (!File.Exists(path))
        {
            return Path.GetExtension(record).TrimStart('.').ToUpperInvariant();
        }

        using FileStream stream = File.OpenRead(path);
        WfdbHeader header = WfdbHeader.Read(stream);
        return header.SegmentCount is { } segments
            ? $"{segments} segments"
            : string.Join(", ", header.Signals.Select(Name).Distinct());

        static string Name(WfdbSignal signal) =>
            signal.FormatCode + (signal.SamplesPerFrame > 1 ? $"x{signal.SamplesPerFrame}" : "") + (signal.Skew > 0 ? $":{signal.Skew}" : "") + (signal.ByteOffset > 0 ? $"+{signal.ByteOffset}" : "");
    }
}
