using System.Runtime.CompilerServices;
using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>
/// A device that replays a record: its messages as a sequence that is paced by a clock. Publishing them is the caller's, so that the
/// same device can be sent to a broker, into a pipeline or to a file. Enumerate once, one thread at a time. Owns the record.
/// </summary>
public sealed class SimulatedDevice : IDisposable
{
    private readonly FrameSource source;
    private readonly TimeProvider time;

    /// <exception cref="AnyEcg.Recordings.RecordingFormatException">The record is damaged or no ECG.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public SimulatedDevice(SimulatedDeviceOptions options, TimeProvider time)
    {
        if (!(options.Speed > 0))
            throw new ArgumentOutOfRangeException(nameof(options), $"A speed of {options.Speed}.");
        Options = options;
        this.time = time;
        source = FrameSource.Open(options.Record, new FrameSourceOptions
        {
            FrameSeconds = options.FrameSeconds,
            Mains = options.Mains,
            Clock = ClockOf(options.Clock),
            ContentType = options.Encoding.ContentType(),
        });
    }

    public SimulatedDeviceOptions Options { get; }

    public StreamDescriptor Descriptor => source.Descriptor;

    /// <summary>The last word of the device, for its Will and for a run that is cut short.</summary>
    public DeviceMessage Offline => DeviceScript.Offline(Options, 0);

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

    /// <summary>The same messages without the pace. Enumerate once, one or the other.</summary>
    internal IEnumerable<DeviceMessage> Script() => new DeviceScript(source, Options, IsoTime.FromInstant(time.GetUtcNow())).Messages();

    public void Dispose() => source.Dispose();

    private static ClockKind ClockOf(DeviceClock clock) => clock switch
    {
        DeviceClock.Current => ClockKind.Synchronised,
        DeviceClock.Original => ClockKind.Free,
        _ => ClockKind.None,
    };
}
