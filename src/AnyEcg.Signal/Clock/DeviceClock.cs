namespace AnyEcg.Signal;

/// <summary>
/// Says when a sample was taken, on our clock. Learns it from the frames of one epoch: from the device's stamps where they
/// can be believed, otherwise from the times of receipt, whose smallest delay is then part of the answer. Jumps of the device's
/// clock move no sample: positions come from sample counts alone. Constant memory, no allocation. Engine thread only.
/// </summary>
public sealed class DeviceClock : IStateful
{
    /// <summary>Stamps needed before device time can be believed.</summary>
    private const int FewestStamps = 3;

    /// <summary>Device time may seem this far in our future, seconds: both clocks are kept to UTC only so well.</summary>
    private const double Ahead = 0.1;

    /// <summary>A step back by more than a day: the device lost its time of day, seconds.</summary>
    private const double ResetStep = -86400;

    private const double NsPerSecond = 1e9;

    private readonly double rate;
    private readonly DeviceClockOptions options;
    private readonly StampFit stamps;
    private readonly ReceiveEnvelope receipts;
    private long originSample, originNs;

    public DeviceClock(double sampleRateHz, DeviceClockOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        rate = sampleRateHz;
        this.options = options;
        double threshold = Math.Max(0.05, options.JumpThreshold.TotalSeconds);
        (stamps, receipts) = (new StampFit(threshold), new ReceiveEnvelope(threshold));
        Reset();
    }

    /// <summary>Whether a frame has been seen in this epoch; before it <see cref="ToNs"/> has no answer.</summary>
    public bool Started => receipts.Started;

    /// <summary>Whether device time is believed at present.</summary>
    public bool DeviceTimeTrusted { get; private set; }

    /// <summary>Our clock less the device's at the newest stamp, smallest delay included, nanoseconds; 0 without stamps.</summary>
    public long OffsetNs => stamps.Count == 0 ? 0 : (long)(NsPerSecond * Offset);

    /// <summary>By how much a sample lasts longer than nominal, in parts per million.</summary>
    public double DriftPpm => 1e6 * (DeviceTimeTrusted ? stamps.Slope : receipts.Slope);

    /// <summary>Steps of the device's clock beyond the threshold, either way, and uncounted breaks of its samples, since construction.</summary>
    public long Jumps { get; private set; }

    /// <summary>Those of <see cref="Jumps"/> that went back by more than a day: the device lost its time.</summary>
    public long ClockResets { get; private set; }

    private double Newest { get; set; }

    private double Offset => receipts.Evaluate(Newest) - stamps.Evaluate(Newest);

    /// <summary>A new epoch: sample counts begin anew. The counters go on.</summary>
    public void Reset()
    {
        stamps.Reset();
        receipts.Reset();
        (DeviceTimeTrusted, Newest) = (false, 0);
    }

    /// <summary>Learns from one frame that the aligner accepted or holds.</summary>
    public void Observe(EcgFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        long last = frame.FirstSample + frame.SamplesPerLead - 1;
        if (!Started)
        {
            (originSample, originNs) = (last, frame.ReceivedNs);
        }

        double x = Seconds(last);
        double moved = receipts.Add(x, AfterOrigin(frame.ReceivedNs) - x);
        Jumps += moved != 0 ? 1 : 0;
        Newest = Math.Max(Newest, x);
        if (frame.DeviceTimeMark != DeviceTimeMark.None)
        {
            double at = frame.DeviceTimeMark == DeviceTimeMark.LastSample ? x : Seconds(frame.FirstSample);
            moved += CountJump(stamps.Add(at, AfterOrigin(frame.DeviceTimeNs) - at));
            Judge(moved != 0);
        }
    }

    /// <summary>
    /// When a device-rate sample of this epoch was taken: nanoseconds since the Unix epoch on our clock. Samples before and
    /// after those seen are extrapolated.
    /// </summary>
    public long ToNs(long sample)
    {
        if (!Started)
        {
            throw new InvalidOperationException("No frame of this epoch has been seen.");
        }

        double x = Seconds(sample);
        double away = DeviceTimeTrusted ? stamps.Evaluate(x) : receipts.Evaluate(x);
        return originNs + (long)Math.Round(NsPerSecond * (x + away));
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Object(stamps);
        state.Object(receipts);
        originSample = state.Position(originSample);
        state.Value(ref originNs);
        (DeviceTimeTrusted, Newest) = (state.Value(DeviceTimeTrusted), state.Value(Newest));
        (Jumps, ClockResets) = (state.Value(Jumps), state.Value(ClockResets));
    }

    private double Seconds(long sample) => (sample - originSample) / rate;

    /// <summary>In floating point: a stamp may be any number, and 256 ns is fine enough.</summary>
    private double AfterOrigin(long ns) => ((double)ns - originNs) / NsPerSecond;

    private double CountJump(double step)
    {
        Jumps += step != 0 ? 1 : 0;
        ClockResets += step < ResetStep ? 1 : 0;
        return step;
    }

    /// <summary>
    /// Trust is lost when device time lies in our future, or after a jump to where it cannot be right. A growing delay alone
    /// does not cost it: that is what a backlog looks like.
    /// </summary>
    private void Judge(bool jumped)
    {
        if (options.Kind == DeviceClockKind.Free || stamps.Count < FewestStamps)
        {
            return;
        }

        double largest = options.Kind == DeviceClockKind.Synchronised ? double.MaxValue : options.LargestDelay.TotalSeconds;
        bool possible = Offset >= -Ahead;
        bool likely = possible && Offset <= largest;
        DeviceTimeTrusted = DeviceTimeTrusted && !jumped ? possible : likely;
    }
}
