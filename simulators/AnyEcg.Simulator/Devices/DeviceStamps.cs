using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// How a device numbers and dates its samples: epochs, restarts, its clock. Samples are counted here since the device's first one,
/// over all passes of its source and all restarts.
/// </summary>
internal sealed class DeviceStamps
{
    private readonly IFrameSource source;
    private readonly SimulatedDeviceOptions options;
    private readonly ClockModel clock;
    private readonly long startNs;
    private readonly double rate;
    private readonly (long Down, long Up, bool NewEpoch)[] restarts;
    private int next;
    private long origin;

    public DeviceStamps(IFrameSource source, SimulatedDeviceOptions options, long startNs)
    {
        DeviceFaultOptions faults = options.DeviceFaults;
        this.source = source;
        this.options = options;
        this.startNs = startNs;
        clock = new ClockModel(faults.DriftPpm, faults.ClockJumps);
        rate = source.Format.SampleRateHz * (1 + (faults.RateErrorPercent / 100));
        restarts = [.. faults.Restarts.OrderBy(r => r.At).Select(r => (Sample(r.At), Sample(r.At + r.DownSeconds), r.NewEpoch))];
        Epoch = options.FirstEpoch ?? (uint)(startNs / 1_000_000_000);
    }

    /// <summary>Samples at which a frame must begin.</summary>
    public IEnumerable<long> Edges => restarts.SelectMany(r => new[] { r.Down, r.Up });

    public uint Epoch { get; private set; }

    /// <summary>First sample of the source's present pass.</summary>
    public long PassStart { get; private set; }

    /// <summary>When a sample is taken, seconds of stream time.</summary>
    public double DueAt(long sample) => options.PhaseSeconds + (sample / rate);

    /// <summary>The number that the device gives to the sample of a time since its first.</summary>
    public long SampleAt(double seconds) => Sample(seconds) - origin;

    /// <summary>The source begins again, as a new epoch. Always true.</summary>
    public bool NextPass()
    {
        PassStart += source.Position;
        origin = PassStart;
        Epoch++;
        return true;
    }

    /// <summary>Goes on to a piece of a frame: whether the device is down then, and whether it has come up again since the last one.</summary>
    public (bool Down, bool Restarted) Reach(long sample)
    {
        bool restarted = false;
        for (; next < restarts.Length && sample >= restarts[next].Up; next++)
        {
            restarted = true;
            origin = restarts[next].Up;
            Epoch += restarts[next].NewEpoch ? 1u : 0;
        }

        return (next < restarts.Length && sample >= restarts[next].Down, restarted);
    }

    /// <summary>Writes epoch, position and device time into a piece.</summary>
    public void Put(EcgFrame piece, long sample)
    {
        piece.Epoch = Epoch;
        piece.FirstSample = sample - origin;
        double sinceStart = sample / rate;
        long? shown = options.Clock switch
        {
            DeviceClock.Current => clock.At(startNs, options.PhaseSeconds + sinceStart, sinceStart),
            DeviceClock.Original when source.RecordedNs is { } recorded => clock.At(recorded, (sample - PassStart) / rate, sinceStart),
            _ => null,
        };
        piece.DeviceTimeMark = shown is null ? DeviceTimeMark.None : DeviceTimeMark.FirstSample;
        piece.DeviceTimeNs = shown ?? 0;
    }

    private long Sample(double seconds) => (long)Math.Round(seconds * rate);
}
