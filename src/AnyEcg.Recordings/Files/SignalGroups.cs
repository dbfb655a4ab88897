namespace AnyEcg.Recordings;

/// <summary>Opens the signal files of a record, refusing what cannot be read with the reason.</summary>
internal static class SignalGroups
{
    public static SignalGroup[] Open(WfdbHeader header, Func<string, Stream> openFile)
    {
        Require(header);
        List<SignalGroup> groups = [];
        try
        {
            int first = 0;
            while (first < header.Signals.Length)
            {
                int count = CountInFile(header, first);
                groups.Add(OpenGroup(header, first, count, openFile));
                first += count;
            }
        }
        catch
        {
            groups.ForEach(group => group.Dispose());
            throw;
        }

        return [.. groups];
    }

    /// <summary>The record's length in frames; an error when a file of known length is shorter than the header says.</summary>
    public static long? Length(WfdbHeader header, SignalGroup[] groups)
    {
        long? shortest = groups.Min(group => group.Length);
        if (header.SampleCount is not { } promised)
        {
            return groups.All(group => group.Length is not null) ? shortest : null;
        }

        return shortest >= promised || shortest is null
            ? promised
            : throw new RecordingFormatException(
                $"Record {header.RecordName} is cut short: its files hold {shortest} samples per signal, its header says {promised}.");
    }

    public static SignalCheck[] Check(WfdbHeader header, SignalGroup[] groups)
    {
        SignalCheck[] checks = new SignalCheck[header.Signals.Length];
        foreach (SignalGroup group in groups)
        {
            for (int i = 0; i < group.SignalCount; i++)
            {
                WfdbSignal signal = header.Signals[group.FirstSignal + i];
                checks[group.FirstSignal + i] = new SignalCheck(
                    signal.InitialValue is { } initial ? initial == group.InitialValue(i) : null,
                    StatedChecksum(signal) is { } sum ? sum == group.Checksum(i) : null);
            }
        }

        return checks;
    }

    /// <summary>The headers that PhysioNet writes beside MATLAB files carry 0 in place of a checksum.</summary>
    private static short? StatedChecksum(WfdbSignal signal) =>
        signal.Checksum == 0 && MatlabLevel4.IsName(signal.FileName) ? null : signal.Checksum;

    private static void Require(WfdbHeader header)
    {
        if (header.SegmentCount is not null)
        {
            throw Unsupported(header, "it has several segments");
        }

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

    private static string? WhyNot(WfdbSignal signal) => signal switch
    {
        { FileName: "-" or "~" } => $"has no file ('{signal.FileName}')",
        _ when signal.FileName.AsSpan().ContainsAny('/', '\\', ':') => $"names the file '{signal.FileName}' outside the header's folder",
        { SamplesPerFrame: > 1 } => $"has {signal.SamplesPerFrame} samples per frame",
        { Skew: > 0 } => $"is skewed by {signal.Skew} frames",
        _ when SampleFormat.Find(signal.FormatCode) is null => $"has format {signal.FormatCode}, which is not among 16, 80 and 212",
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

    private static SignalGroup OpenGroup(WfdbHeader header, int first, int count, Func<string, Stream> openFile)
    {
        WfdbSignal signal = header.Signals[first];
        for (int i = first + 1; i < first + count; i++)
        {
            if (header.Signals[i].FormatCode != signal.FormatCode || header.Signals[i].ByteOffset != signal.ByteOffset)
            {
                throw Unsupported(header, $"signals {first} and {i} share a file but differ in format or byte offset");
            }
        }

        Stream stream = openFile(signal.FileName);
        try
        {
            if (MatlabLevel4.IsName(signal.FileName) && stream.CanSeek)
            {
                MatlabLevel4.Verify(stream, signal.FileName, count, signal.ByteOffset);
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        SampleFormat format = SampleFormat.Find(signal.FormatCode)!;
        return new SignalGroup(new SampleFile(stream, signal.FileName, format, signal.ByteOffset), first, count);
    }

    private static RecordingFormatException Unsupported(WfdbHeader header, string reason) =>
        new($"Record {header.RecordName} is not supported: {reason}.");
}
