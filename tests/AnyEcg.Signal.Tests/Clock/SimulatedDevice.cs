namespace AnyEcg.Signal.Tests;

/// <summary>
/// Frames of a device whose true sample times are known: a sample clock with drift, stamps with jitter, a network with a
/// smallest delay and a long tail.
/// </summary>
internal sealed class SimulatedDevice(int seed)
{
    public const double Rate = 250;
    public const long StartNs = 1_760_000_000_000_000_000;

    private readonly Random random = new(seed);
    private readonly EcgFrame frame = new();

    public double DriftPpm { get; init; }

    /// <summary>Device clock less true time, seconds; a test may change it under way.</summary>
    public double ClockError { get; set; }

    /// <summary>Half width of the stamps' uniform jitter, seconds.</summary>
    public double StampJitter { get; init; } = 0.015;

    public double SmallestDelay { get; init; } = 0.03;

    /// <summary>Mean of the delay's exponential part, seconds.</summary>
    public double MeanDelay { get; init; } = 0.05;

    public DeviceTimeMark Mark { get; init; } = DeviceTimeMark.LastSample;

    /// <summary>Frames wait in the device until this time, seconds since the start.</summary>
    public double HeldUntil { get; set; }

    public int FrameSamples { get; init; } = 125;

    public long Next { get; set; }

    /// <summary>True time of a sample, seconds since the start.</summary>
    public double TrueSeconds(double sample) => sample / Rate * (1 + (DriftPpm * 1e-6));

    public long TrueNs(long sample) => StartNs + (long)(TrueSeconds(sample) * 1e9);

    public void Send(DeviceClock clock, double seconds)
    {
        for (double until = TrueSeconds(Next) + seconds; TrueSeconds(Next) < until; Next += FrameSamples)
        {
            clock.Observe(Frame());
        }
    }

    private EcgFrame Frame()
    {
        long last = Next + FrameSamples - 1;
        double stamped = TrueSeconds(Mark == DeviceTimeMark.FirstSample ? Next : last);
        double stamp = stamped + ClockError + (StampJitter * ((2 * random.NextDouble()) - 1));
        double sent = Math.Max(TrueSeconds(last), HeldUntil);
        double received = sent + SmallestDelay - (MeanDelay * Math.Log(1 - random.NextDouble()));
        frame.Resize(1, FrameSamples);
        (frame.FirstSample, frame.DeviceTimeMark) = (Next, Mark);
        frame.DeviceTimeNs = StartNs + (long)(stamp * 1e9);
        frame.ReceivedNs = StartNs + (long)(received * 1e9);
        return frame;
    }
}
