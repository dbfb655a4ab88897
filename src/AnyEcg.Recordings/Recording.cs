using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>
/// A recording open for reading, whatever kind of file it is: WFDB, EDF, EDF+, BDF, ISHNE or CSV. It is read block by block, so
/// that memory does not grow with its length. One thread at a time. Owns the files it reads.
/// </summary>
public sealed class Recording : IDisposable
{
    /// <summary>A value beyond any converter's steps, from a segment or a table with absurd scales, is no sample.</summary>
    private const double MaxStep = 1L << 31;

    private readonly SignalReader reader;
    private readonly SignalSelection selection;
    private readonly double[] scratch = new double[4096];
    private StreamFormat? format;

    internal Recording(SignalReader reader)
    {
        this.reader = reader;
        selection = new SignalSelection(reader.Signals);
        Signals = [.. selection.Indices.Select(i => reader.Signals[i])];
        SampleCount = selection.Indices.IsEmpty ? 0 : selection.Indices.Min(reader.CountOf);
    }

    public RecordingInfo Info => reader.Info;

    /// <summary>All signals of the file.</summary>
    public ImmutableArray<RecordedSignal> AllSignals => reader.Signals;

    /// <summary>The signals of the stream: the ECG signals of one rate.</summary>
    public ImmutableArray<RecordedSignal> Signals { get; }

    /// <summary>The other signals, each with the reason why it is not among them.</summary>
    public ImmutableArray<string> LeftOut => selection.LeftOut;

    /// <summary>Samples per signal of the stream.</summary>
    public long SampleCount { get; }

    /// <summary>Index of the sample that the next <see cref="Read"/> begins with.</summary>
    public long Position { get; private set; }

    /// <summary>Ticks per second of annotation files beside the recording that do not state their own.</summary>
    public double AnnotationRateHz => Info.AnnotationRateHz ?? Format.SampleRateHz;

    /// <summary>Rate, leads, gains and baselines for the signal path.</summary>
    /// <exception cref="RecordingFormatException">No signal is an ECG, or there are too many.</exception>
    public StreamFormat Format => format ??= MakeFormat();

    /// <summary>Notes inside the file, ascending; the first use may read the whole file.</summary>
    /// <exception cref="RecordingFormatException">They are damaged.</exception>
    public IReadOnlyList<RecordingNote> Notes => reader.Notes;

    /// <summary>
    /// What is not as it should be and yet no reason to refuse the recording, as far as it is known by now: a checksum is
    /// compared once the last sample has been read, all of them in order.
    /// </summary>
    public IReadOnlyList<string> Warnings => reader.Warnings;

    /// <summary>Opens a recording on disk; content and extension say what it is.</summary>
    /// <param name="path">The file; of a WFDB record the header, whose extension may be left out.</param>
    /// <param name="options">What a file without a header does not say.</param>
    /// <exception cref="RecordingFormatException">The recording is damaged, incomplete or not supported.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static Recording Open(string path, RecordingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (options?.SampleRateHz is { } rate && !(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"A rate of {rate} Hz.");
        }

        return new Recording(RecordingFiles.Open(path, options ?? new RecordingOptions()));
    }

    /// <summary>Opens a WFDB record whose files come from anywhere.</summary>
    /// <param name="header">The parsed header.</param>
    /// <param name="openFile">Opens the signal file, or the header of the segment, of that name for seeking; the recording disposes of the stream.</param>
    /// <exception cref="RecordingFormatException">The record is damaged, incomplete or not supported.</exception>
    public static Recording Open(WfdbHeader header, Func<string, Stream> openFile)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(openFile);
        return new Recording(header.SegmentCount is null ? new WfdbReader(header, openFile) : new SegmentedReader(header, openFile));
    }

    /// <summary>
    /// Reads the next samples of the stream's signals, in whole converter steps (values that were converted to another gain are
    /// rounded, as a device would send them); NaN where there is no sample.
    /// </summary>
    /// <param name="leadMajorBlock">Signal s, sample i goes to <c>[s * stride + i]</c>; at least signals x stride long.</param>
    /// <param name="stride">Most samples per signal to read.</param>
    /// <returns>Samples per signal read: fewer than <paramref name="stride"/> only at the end, 0 after it.</returns>
    /// <exception cref="RecordingFormatException">The file is damaged there.</exception>
    public int Read(Span<float> leadMajorBlock, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        if (leadMajorBlock.Length < (long)stride * Signals.Length)
        {
            throw new ArgumentException($"The block is shorter than {Signals.Length} x {stride}.", nameof(leadMajorBlock));
        }

        int count = (int)Math.Min(stride, SampleCount - Position);
        for (int done = 0; done < count; done += scratch.Length)
        {
            int part = Math.Min(scratch.Length, count - done);
            for (int s = 0; s < Signals.Length; s++)
            {
                ReadPart(s, Position + done, leadMajorBlock.Slice((s * stride) + done, part));
            }
        }

        Position += count;
        return count;
    }

    /// <summary>
    /// Reads samples of any signal of the file at its own rate, in converter steps, exact and not rounded; NaN where there is none.
    /// Does not move <see cref="Position"/>.
    /// </summary>
    /// <param name="signal">Index into <see cref="AllSignals"/>.</param>
    /// <param name="first">Its first sample to read.</param>
    /// <param name="destination">Filled from the beginning.</param>
    /// <returns>How many: fewer than asked for only at the signal's end.</returns>
    /// <exception cref="RecordingFormatException">The file is damaged there.</exception>
    public int ReadSignal(int signal, long first, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return reader.Read(signal, first, destination);
    }

    /// <summary>Samples of any signal of the file, at its own rate.</summary>
    public long CountOf(int signal) => reader.CountOf(signal);

    /// <summary>
    /// Whether a signal of the file agrees with its header; null while not all of its samples have been read in order from the
    /// first one, and for files that state nothing.
    /// </summary>
    public SignalCheck? CheckOf(int signal) => reader.CheckOf(signal);

    /// <summary>Moves to a sample; the next <see cref="Read"/> begins there.</summary>
    public void Seek(long sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, SampleCount);
        Position = sample;
    }

    public void Dispose() => reader.Dispose();

    private void ReadPart(int signal, long first, Span<float> row)
    {
        int got = reader.Read(selection.Indices[signal], first, scratch.AsSpan(0, row.Length));
        for (int i = 0; i < got; i++)
        {
            row[i] = Math.Abs(scratch[i]) <= MaxStep ? (float)Math.Round(scratch[i]) : float.NaN;
        }

        row[got..].Fill(float.NaN);
    }

    private StreamFormat MakeFormat()
    {
        if (Signals.IsEmpty)
        {
            throw new RecordingFormatException($"Record {Info.Name} has no ECG signal: {(LeftOut.IsEmpty ? "it has no signals" : string.Join("; ", LeftOut))}.");
        }

        if (Signals.Length > LeadSet.MaxLeads)
        {
            throw new RecordingFormatException($"Record {Info.Name} has {Signals.Length} signals; a stream takes {LeadSet.MaxLeads}.");
        }

        return new StreamFormat
        {
            SampleRateHz = Signals[0].SampleRateHz,
            Leads = new LeadSet([.. Signals.Select(signal => signal.Lead)]),
            MicrovoltsPerLsb = [.. Signals.Select(signal => signal.MicrovoltsPerUnit!.Value / signal.AdcGain)],
            Baseline = [.. Signals.Select(signal => signal.Baseline)],
            AdcRange = Signals.All(signal => signal.AdcRange is not null)
                ? [.. Signals.Select(signal => ((double)signal.AdcRange!.Value.Min, (double)signal.AdcRange.Value.Max))]
                : null,
        };
    }
}
