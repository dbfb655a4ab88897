using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>
/// A WFDB record open for reading, block by block: memory does not grow with its length. Formats 16, 80 and 212, also inside
/// MATLAB level 4 files as PhysioNet writes them. One thread at a time. Owns the streams it reads.
/// </summary>
public sealed class WfdbRecord : IDisposable
{
    private readonly SignalGroup[] groups;
    private bool contiguous = true;

    private WfdbRecord(WfdbHeader header, SignalGroup[] groups, long? sampleCount)
    {
        Header = header;
        this.groups = groups;
        SampleCount = sampleCount;
    }

    public WfdbHeader Header { get; }

    /// <summary>Samples per signal, from the header or the files' length; null for a stream of unknown length.</summary>
    public long? SampleCount { get; private set; }

    /// <summary>Index of the sample that the next <see cref="Read"/> begins with.</summary>
    public long Position { get; private set; }

    /// <summary>Rate, leads, gains and baselines for the signal path.</summary>
    /// <exception cref="RecordingFormatException">A signal is no voltage, its gain is negative, or there are too many.</exception>
    public StreamFormat Format => StreamFormats.From(Header);

    /// <summary>
    /// Whether the samples agree with the header, one entry per signal; null until every sample has been read in order from
    /// the first one (a <see cref="Seek"/> elsewhere spoils it, a seek to 0 begins anew).
    /// </summary>
    public IReadOnlyList<SignalCheck>? Check { get; private set; }

    /// <summary>Opens a record on disk.</summary>
    /// <param name="pathWithoutExtension">Path of the header; ".hea" may be left out.</param>
    /// <exception cref="RecordingFormatException">The record is damaged, incomplete or not supported.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static WfdbRecord Open(string pathWithoutExtension)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathWithoutExtension);
        string path = pathWithoutExtension.EndsWith(".hea", StringComparison.Ordinal) ? pathWithoutExtension : pathWithoutExtension + ".hea";
        WfdbHeader header;
        using (FileStream stream = File.OpenRead(path))
        {
            header = WfdbHeader.Read(stream);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Open(header, name => File.OpenRead(Path.Combine(folder, name)));
    }

    /// <summary>Opens a record whose signal files come from anywhere. Streams that cannot seek are read forward only.</summary>
    /// <param name="header">The parsed header.</param>
    /// <param name="openFile">Opens the signal file of that name; the record disposes of the stream.</param>
    /// <exception cref="RecordingFormatException">The record is damaged, incomplete or not supported.</exception>
    public static WfdbRecord Open(WfdbHeader header, Func<string, Stream> openFile)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(openFile);
        SignalGroup[] groups = SignalGroups.Open(header, openFile);
        try
        {
            return new WfdbRecord(header, groups, SignalGroups.Length(header, groups));
        }
        catch
        {
            Array.ForEach(groups, group => group.Dispose());
            throw;
        }
    }

    /// <summary>Reads the next samples of all signals, in ADC units; NaN where the file says that there is none.</summary>
    /// <param name="leadMajorBlock">Signal s, sample i goes to <c>[s * stride + i]</c>; at least signals x stride long.</param>
    /// <param name="stride">Most samples per signal to read.</param>
    /// <returns>Samples per signal read: fewer than <paramref name="stride"/> only at the end, 0 after it.</returns>
    /// <exception cref="RecordingFormatException">A file ends before the length the header gives.</exception>
    public int Read(Span<float> leadMajorBlock, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        if (leadMajorBlock.Length < (long)stride * Header.Signals.Length)
        {
            throw new ArgumentException($"The block is shorter than {Header.Signals.Length} x {stride}.", nameof(leadMajorBlock));
        }

        int wanted = (int)Math.Min(stride, (SampleCount ?? long.MaxValue) - Position);
        int read = wanted;
        foreach (SignalGroup group in groups)
        {
            read = Math.Min(read, group.Read(Position, leadMajorBlock, stride, wanted));
        }

        Advance(wanted, read);
        return read;
    }

    /// <summary>Moves to a sample; the next <see cref="Read"/> begins there. Back only where the streams can seek.</summary>
    public void Seek(long sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, SampleCount ?? long.MaxValue / 4096);
        contiguous = sample == 0 || (contiguous && sample == Position);
        if (sample == 0)
        {
            Array.ForEach(groups, group => group.ResetSums());
        }

        Position = sample;
    }

    public void Dispose() => Array.ForEach(groups, group => group.Dispose());

    private void Advance(int wanted, int read)
    {
        Position += read;
        if (read < wanted && Header.SampleCount is { } promised)
        {
            throw new RecordingFormatException(
                $"Record {Header.RecordName} ends after {Position} samples per signal; its header says {promised}.");
        }

        if (read < wanted)
        {
            SampleCount = Position;
        }

        if (Position == SampleCount && contiguous)
        {
            Check = SignalGroups.Check(Header, groups);
        }
    }
}
