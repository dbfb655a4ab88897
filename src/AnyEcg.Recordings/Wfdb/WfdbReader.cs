using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>One WFDB record without segments, or one segment of a record. Owns the streams it reads.</summary>
internal sealed class WfdbReader : SignalReader
{
    private readonly WfdbHeader header;
    private readonly SignalTrack[] tracks;
    private readonly List<FlatSamples> files;

    /// <param name="header">The parsed header.</param>
    /// <param name="openFile">Opens the signal file of that name for seeking; the reader disposes of the stream.</param>
    /// <exception cref="RecordingFormatException">The record is damaged, incomplete or not supported.</exception>
    public WfdbReader(WfdbHeader header, Func<string, Stream> openFile)
    {
        this.header = header;
        (tracks, files) = WfdbFiles.Open(header, openFile);
        Info = header.ToInfo();
        Signals = [.. header.Signals.Select(signal => signal.ToRecorded(header.SampleRateHz))];
    }

    public override RecordingInfo Info { get; }

    public override ImmutableArray<RecordedSignal> Signals { get; }

    public override IReadOnlyList<string> Warnings =>
    [
        .. Enumerable.Range(0, tracks.Length).SelectMany(signal => CheckOf(signal)?.Faults ?? [], (signal, fault) => $"{header.RecordName}: {fault} of signal {signal} is not the one in its header"),
    ];

    public override long CountOf(int signal) => tracks[signal].Count;

    public override int Read(int signal, long first, Span<double> destination) => tracks[signal].Read(first, destination);

    public override SignalCheck? CheckOf(int signal) => tracks[signal].Check(StatedChecksum(header.Signals[signal]));

    public override void Dispose() => files.ForEach(file => file.Dispose());

    /// <summary>The headers that PhysioNet writes beside MATLAB files carry 0 in place of a checksum.</summary>
    private static short? StatedChecksum(WfdbSignal signal) =>
        signal.Checksum == 0 && MatlabLevel4.IsName(signal.FileName) ? null : signal.Checksum;
}
