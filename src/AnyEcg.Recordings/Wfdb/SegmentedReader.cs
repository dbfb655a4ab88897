using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>
/// A multi-segment WFDB record. Fixed layout: all segments have the signals of the first one. Variable layout: the first
/// segment only lists the signals; the others have some of them, found by their description, with gains of their own, which
/// are converted to the layout's. What no segment has is missing. A segment's files are opened when they are first read; a few
/// stay open.
/// </summary>
internal sealed class SegmentedReader : SignalReader
{
    /// <summary>Null segments may claim any length: more than this in all is garbage.</summary>
    private const double MaxSeconds = 366 * 86_400.0;

    /// <summary>So that no index overflows at the most samples per frame.</summary>
    private const long MaxFrames = long.MaxValue >> 20;

    private const int MaxOpen = 8;

    private readonly WfdbHeader header;
    private readonly WfdbHeader layout;
    private readonly bool isVariable;
    private readonly Func<string, Stream> openFile;
    private readonly WfdbSegment[] segments;
    private readonly long[] starts;
    private readonly LinkedList<OpenSegment> open = [];
    private readonly SortedSet<string> warnings = new(StringComparer.Ordinal);

    /// <exception cref="RecordingFormatException">The headers are damaged or contradict each other.</exception>
    public SegmentedReader(WfdbHeader header, Func<string, Stream> openFile)
    {
        this.header = header;
        this.openFile = openFile;
        WfdbSegment first = header.Segments.First(segment => !segment.IsNull || segment == header.Segments[^1]);
        isVariable = header.Segments[0] is { FrameCount: 0, IsNull: false };
        layout = first.IsNull ? throw Fault("has no segment with signals") : ReadHeader(first.Name);
        segments = [.. isVariable ? header.Segments.Skip(1) : header.Segments];
        starts = new long[segments.Length + 1];
        for (int i = 0; i < segments.Length; i++)
        {
            starts[i + 1] = starts[i] + segments[i].FrameCount;
            if (starts[i + 1] / header.SampleRateHz > MaxSeconds || starts[i + 1] > MaxFrames)
            {
                throw Fault("is longer than a year");
            }
        }

        Require();
        Info = header.ToInfo();
        Signals = [.. layout.Signals.Select(signal => signal.ToRecorded(header.SampleRateHz))];
    }

    public override RecordingInfo Info { get; }

    public override ImmutableArray<RecordedSignal> Signals { get; }

    public override IReadOnlyList<string> Warnings => [.. warnings.Union(open.SelectMany(segment => segment.Reader.Warnings))];

    public override long CountOf(int signal) => starts[^1] * layout.Signals[signal].SamplesPerFrame;

    public override int Read(int signal, long first, Span<double> destination)
    {
        int perFrame = layout.Signals[signal].SamplesPerFrame;
        int wanted = (int)Math.Min(destination.Length, Math.Max(0, CountOf(signal) - first));
        int done = 0;
        while (done < wanted)
        {
            int index = SegmentAt((first + done) / perFrame);
            int part = (int)Math.Min(wanted - done, (starts[index + 1] * perFrame) - (first + done));
            ReadSegment(index, signal, first + done - (starts[index] * perFrame), destination.Slice(done, part));
            done += part;
        }

        return wanted;
    }

    public override void Dispose()
    {
        foreach (OpenSegment segment in open)
        {
            segment.Reader.Dispose();
        }
    }

    private void Require()
    {
        if (header.SampleCount is { } promised && promised != starts[^1])
        {
            throw Fault($"has {promised} samples, its segments {starts[^1]}");
        }

        if (layout.Signals.IsEmpty || layout.SegmentCount is not null)
        {
            throw Fault($"has no signals in {layout.RecordName}, which lists them");
        }
    }

    private int SegmentAt(long frame)
    {
        int index = Array.BinarySearch(starts, frame);
        index = index < 0 ? ~index - 1 : index;

        // Of segments that start there, the one that is not empty.
        while (starts[index + 1] == frame)
        {
            index++;
        }

        return index;
    }

    private void ReadSegment(int index, int signal, long first, Span<double> destination)
    {
        int got = 0;
        if (!segments[index].IsNull)
        {
            OpenSegment segment = Open(index);
            if (segment.SignalOf[signal] is >= 0 and int own)
            {
                got = segment.Reader.Read(own, first, destination);
                Rescale(segment.Reader.Signals[own], Signals[signal], destination[..got]);
            }
        }

        destination[got..].Fill(double.NaN);
    }

    /// <summary>Segments may have been recorded with other gains: the values are those that the layout's gain would have given.</summary>
    private static void Rescale(RecordedSignal from, RecordedSignal to, Span<double> values)
    {
        if (from.AdcGain.Equals(to.AdcGain) && from.Baseline.Equals(to.Baseline))
        {
            return;
        }

        foreach (ref double value in values)
        {
            value = ((value - from.Baseline) / from.AdcGain * to.AdcGain) + to.Baseline;
        }
    }

    private OpenSegment Open(int index)
    {
        LinkedListNode<OpenSegment>? node = open.First;
        while (node is not null && node.Value.Index != index)
        {
            node = node.Next;
        }

        if (node is not null)
        {
            open.Remove(node);
            open.AddFirst(node);
            return node.Value;
        }

        if (open.Count == MaxOpen)
        {
            warnings.UnionWith(open.Last!.Value.Reader.Warnings);
            open.Last.Value.Reader.Dispose();
            open.RemoveLast();
        }

        return open.AddFirst(OpenNew(index)).Value;
    }

    private OpenSegment OpenNew(int index)
    {
        WfdbHeader own = ReadHeader(segments[index].Name);
        if (own.SegmentCount is not null || (own.SampleCount ?? segments[index].FrameCount) != segments[index].FrameCount)
        {
            throw Fault($"expects {segments[index].FrameCount} samples of {segments[index].Name}, which has {own.SampleCount}");
        }

        WfdbReader reader = new(own with { SampleCount = segments[index].FrameCount }, openFile);
        try
        {
            return new OpenSegment(index, reader, Match(own));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>For each signal of the layout the segment's own, or -1.</summary>
    private int[] Match(WfdbHeader own)
    {
        if (!isVariable && own.Signals.Length != layout.Signals.Length)
        {
            throw Fault($"has {layout.Signals.Length} signals, its segment {own.RecordName} {own.Signals.Length}");
        }

        int[] signalOf = new int[layout.Signals.Length];
        bool[] taken = new bool[own.Signals.Length];
        for (int i = 0; i < signalOf.Length; i++)
        {
            int found = isVariable ? IndexOf(own, layout.Signals[i].Description, taken) : i;
            if (found >= 0)
            {
                taken[found] = true;
                RequireAlike(layout.Signals[i], own.Signals[found], own.RecordName);
            }

            signalOf[i] = found;
        }

        return signalOf;
    }

    private static int IndexOf(WfdbHeader own, string description, bool[] taken)
    {
        for (int i = 0; i < own.Signals.Length; i++)
        {
            if (!taken[i] && own.Signals[i].Description == description)
            {
                return i;
            }
        }

        return -1;
    }

    private void RequireAlike(WfdbSignal listed, WfdbSignal own, string segment)
    {
        if (listed.SamplesPerFrame != own.SamplesPerFrame || listed.Units != own.Units)
        {
            throw Fault($"lists '{listed.Description}' in {listed.Units}, {listed.SamplesPerFrame} per frame; segment {segment} has it in {own.Units}, {own.SamplesPerFrame} per frame");
        }
    }

    private WfdbHeader ReadHeader(string name)
    {
        using Stream stream = openFile(name + ".hea");
        return WfdbHeader.Read(stream, name + ".hea");
    }

    private RecordingFormatException Fault(string what) => new($"Record {header.RecordName} {what}.");

    private sealed record OpenSegment(int Index, WfdbReader Reader, int[] SignalOf);
}
