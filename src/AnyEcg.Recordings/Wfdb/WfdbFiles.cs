namespace AnyEcg.Recordings;

/// <summary>Opens the signal files of a record, refusing what cannot be read with the reason.</summary>
internal static class WfdbFiles
{
    /// <summary>More than any recorder puts into a frame (seconds of audio): a larger one is garbage.</summary>
    private const int MaxFrameSamples = 1 << 18;

    private const int FlacCode = 500;

    /// <summary>One track per signal, and the files that are to be disposed of.</summary>
    public static (SignalTrack[] Tracks, List<FlatSamples> Files) Open(WfdbHeader header, Func<string, Stream> openFile)
    {
        Require(header);
        List<(FlatSamples? File, FrameSlot[] Slots, int First)> groups = [];
        List<FlatSamples> files = [];
        try
        {
            for (int first = 0; first < header.Signals.Length;)
            {
                int count = CountInFile(header, first);
                FrameSlot[] slots = Slots(header, first, count);
                FlatSamples? file = header.Signals[first].FormatCode == 0 ? null : OpenFile(header, first, count, openFile);
                groups.Add((file, slots, first));
                if (file is not null)
                {
                    files.Add(file);
                }

                first += count;
            }

            long frames = FrameCount(header, groups);
            return ([.. groups.SelectMany(group => group.Slots.Select((slot, i) =>
                new SignalTrack(header.Signals[group.First + i], group.File, slot, frames * header.Signals[group.First + i].SamplesPerFrame)))], files);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>The record's length in frames; an error when a file is shorter than the header says.</summary>
    private static long FrameCount(WfdbHeader header, List<(FlatSamples? File, FrameSlot[] Slots, int First)> groups)
    {
        long shortest = long.MaxValue;
        foreach ((FlatSamples? file, FrameSlot[] slots, int first) in groups)
        {
            if (file is null)
            {
                continue;
            }

            long frames = file.Count / header.Signals.Skip(first).Take(slots.Length).Sum(signal => signal.SamplesPerFrame);
            if (frames < header.SampleCount)
            {
                throw new RecordingFormatException(
                    $"Record {header.RecordName} is cut short: {header.Signals[first].FileName} holds {frames} frames, its header says {header.SampleCount}.");
            }

            shortest = Math.Min(shortest, frames);
        }

        return shortest == long.MaxValue ? throw Unsupported(header, "none of its signals has a file") : header.SampleCount ?? shortest;
    }

    private static void Require(WfdbHeader header)
    {
        if (header.Signals.IsEmpty)
        {
            throw Unsupported(header, "it has no signals");
        }

        for (int i = 0; i < header.Signals.Length; i++)
        {
            if (WhyNot(header.Signals[i]) is { } reason)
            {
                throw Unsupported(header, $"signal {i} {reason}");
            }
        }
    }

    /// <summary>Formats 508, 516 and 524 are FLAC with 8, 16 and 24 bits.</summary>
    private static bool IsFlac(WfdbSignal signal) => signal.FormatCode is FlacCode + 8 or FlacCode + 16 or FlacCode + 24;

    private static string? WhyNot(WfdbSignal signal) => signal switch
    {
        { FormatCode: 0 } => null,
        { FileName: "-" or "~" } => $"has no file ('{signal.FileName}')",
        _ when !WfdbNames.IsPlain(signal.FileName) => $"names the file '{signal.FileName}' outside the header's folder",
        _ when IsFlac(signal) => signal.ByteOffset > 0 ? "has a byte offset in a FLAC file" : null,
        _ when SampleFormat.Find(signal.FormatCode) is null =>
            $"has format {signal.FormatCode}, which is not among 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516 and 524",
        _ => null,
    };

    private static int CountInFile(WfdbHeader header, int first)
    {
        int count = 1;
        while (first + count < header.Signals.Length && header.Signals[first + count].FileName == header.Signals[first].FileName)
        {
            count++;
        }

        return count;
    }

    private static FrameSlot[] Slots(WfdbHeader header, int first, int count)
    {
        int size = Enumerable.Range(first, count).Sum(i => header.Signals[i].SamplesPerFrame);
        if (size > MaxFrameSamples)
        {
            throw Unsupported(header, $"{header.Signals[first].FileName} has {size} samples in a frame; at most {MaxFrameSamples} are taken");
        }

        FrameSlot[] slots = new FrameSlot[count];
        for (int i = 0, offset = 0; i < count; offset += slots[i].PerFrame, i++)
        {
            // In a FLAC file a signal is a channel, which has all of its samples in order.
            slots[i] = IsFlac(header.Signals[first])
                ? new FrameSlot(count, i, 1)
                : new FrameSlot(size, offset, header.Signals[first + i].SamplesPerFrame);
        }

        return slots;
    }

    private static FlatSamples OpenFile(WfdbHeader header, int first, int count, Func<string, Stream> openFile)
    {
        WfdbSignal signal = header.Signals[first];
        WfdbSignal[] group = [.. header.Signals.Skip(first).Take(count)];
        if (Array.FindIndex(group, other => other.FormatCode != signal.FormatCode || other.ByteOffset != signal.ByteOffset) is > 0 and int other)
        {
            throw Unsupported(header, $"signals {first} and {first + other} share a file but differ in format or byte offset");
        }

        Stream stream = openFile(signal.FileName);
        try
        {
            if (!stream.CanSeek)
            {
                throw Unsupported(header, $"{signal.FileName} comes from a stream that cannot seek");
            }

            if (MatlabLevel4.IsName(signal.FileName))
            {
                MatlabLevel4.Verify(stream, signal.FileName, count, signal.ByteOffset);
            }

            return Samples(stream, group);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FlatSamples Samples(Stream stream, WfdbSignal[] group)
    {
        WfdbSignal signal = group[0];
        if (IsFlac(signal))
        {
            return group.All(other => other.SamplesPerFrame == signal.SamplesPerFrame)
                ? FlacSamples.Open(stream, signal.FileName, group.Length, signal.FormatCode - FlacCode)
                : throw new RecordingFormatException($"{signal.FileName} is a FLAC file, whose signals must all have as many samples per frame.");
        }

        PackedSamples packed = new(stream, SampleFormat.Find(signal.FormatCode)!, signal.ByteOffset);
        return signal.FormatCode == 8
            ? new DifferenceSamples(packed, [.. group.Select(s => s.SamplesPerFrame)], [.. group.Select(s => s.InitialValue ?? 0)])
            : packed;
    }

    private static RecordingFormatException Unsupported(WfdbHeader header, string reason) =>
        new($"Record {header.RecordName} is not supported: {reason}.");
}
