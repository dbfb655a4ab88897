using System.Runtime.CompilerServices;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// A device that replays a recording or synthesises one: its messages as a sequence that is paced by a clock. Publishing them is the
/// caller's, so that the same device can be sent to a broker, into a pipeline or to a file. Enumerate once, one thread at a time. Owns
/// its source.
/// </summary>
public sealed class SimulatedDevice : IDisposable
{
    private readonly IFrameSource source;
    private readonly SignalFaults signal;
    private readonly TimeProvider time;

    /// <exception cref="ArgumentException">A setting out of range.</exception>
    /// <exception cref="AnyEcg.Recordings.RecordingFormatException">The record is damaged or no ECG.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public SimulatedDevice(SimulatedDeviceOptions options, TimeProvider time)
        : this(options, time, new RecordingShelf())
    {
    }

    /// <param name="options">Of the device; without a first epoch it takes that of now.</param>
    /// <param name="time">Clock of its pace and its stamps.</param>
    /// <param name="shelf">Where its recordings come from.</param>
    internal SimulatedDevice(SimulatedDeviceOptions options, TimeProvider time, RecordingShelf shelf)
    {
        if (!(options.Speed > 0))
            throw new ArgumentOutOfRangeException(nameof(options), $"A speed of {options.Speed}.");
        Options = options with { FirstEpoch = options.FirstEpoch ?? (uint)(time.NowNs() / 1_000_000_000) };
        this.time = time;
        FrameSourceOptions frames = new()
        {
            FrameSeconds = options.FrameSeconds,
            Mains = options.Mains,
            Clock = ClockOf(options.Clock),
            ContentType = options.Encoding.ContentType(),
        };
        source = options.Synthetic is { } synthetic
            ? new SyntheticFrames(synthetic with { RateErrorPercent = options.DeviceFaults.RateErrorPercent }, options.Seed, frames)
            : shelf.Open(options.Record, frames);
        try
        {
            signal = SignalFaults.For(source, options.DeviceFaults, options.Seed, shelf);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public SimulatedDeviceOptions Options { get; }

    public StreamDescriptor Descriptor => source.Descriptor;

    /// <summary>The last word of the device, for its Will and for a run that is cut short.</summary>
    public DeviceMessage Offline => DeviceWords.Offline(Options, 0);

    /// <summary>Yields each message when it is due. A consumer that is slow gets the messages late, none is skipped.</summary>
    public async IAsyncEnumerable<DeviceMessage> MessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        foreach (DeviceMessage message in Script())
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan wait = TimeSpan.FromSeconds(message.AtSeconds / Options.Speed) - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            yield return message;
        }
    }

    /// <summary>The same messages without the pace, for what keeps its own time. Enumerate once, one or the other.</summary>
    public IEnumerable<DeviceMessage> Script() => new DeviceScript(source, signal, Options, IsoTime.FromInstant(time.GetUtcNow())).Messages();

    /// <summary>
    /// The samples that it takes, with their faults and their first sample since the device's first, without numbering them anew at a
    /// restart and without those it does not take; each frame is good until the next. Enumerate once, instead of the messages.
    /// </summary>
    internal IEnumerable<(EcgFrame Frame, long First)> Samples(long count) => new DeviceScript(source, signal, Options, 0).Samples(count);

    public void Dispose() => source.Dispose();

    private static ClockKind ClockOf(DeviceClock clock) => clock switch
    {
        DeviceClock.Current => ClockKind.Synchronised,
        DeviceClock.Original => ClockKind.Free,
        _ => ClockKind.None,
    };
}
