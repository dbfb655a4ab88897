using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Which stretch of a stream: samples at the device rate, at most ten minutes of one epoch. Alerts and commands count in 300 Hz samples;
/// 300 Hz sample m lies at device sample m x rate / 300, the rate to the nearest microhertz as the resampler takes it.
/// </summary>
public readonly record struct StripRange
{
    public const int MaxSeconds = 600;

    /// <summary>What an alert is shown with, before its onset and after its decision or end.</summary>
    public const int AroundSeconds = 10;

    /// <summary>The longest that an alert is shown with unless more is asked for.</summary>
    public const int UsualSeconds = 60;

    private const long MicroHz = 1_000_000;

    /// <summary>A range as it stands; at most <see cref="MaxSeconds"/> at the highest rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is empty, negative or too long.</exception>
    public StripRange(uint epoch, long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxSeconds * (int)StreamFormat.MaxSampleRateHz);
        (Epoch, First, Count) = (epoch, first, count);
    }

    public uint Epoch { get; }

    /// <summary>First device sample of the epoch.</summary>
    public long First { get; }

    /// <summary>Samples of each lead.</summary>
    public int Count { get; }

    /// <summary>The first device sample after it.</summary>
    public long End => First + Count;

    /// <summary>All device samples of the 300 Hz samples from <paramref name="from"/> to before <paramref name="to"/>; what lies before the epoch is cut off.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is empty or longer than ten minutes.</exception>
    public static StripRange OfModelSamples(uint epoch, long from, long to, double rateHz)
    {
        from = Math.Max(0, from);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to - from, MaxSeconds * PatchSecond.ModelRateHz);
        long first = Device(from, rateHz, 0), end = Device(to, rateHz, Unit - 1);
        return new StripRange(epoch, first, (int)Math.Min(end - first, MaxSeconds * (int)StreamFormat.MaxSampleRateHz));
    }

    /// <summary>
    /// Ten seconds before an alert's onset to ten after its end, or after the sample that decided the transition where it has none. Of an alert that lasts longer
    /// than that allows, the first <paramref name="seconds"/>, 1 to <see cref="MaxSeconds"/>.
    /// </summary>
    public static StripRange Around(AlertTransition alert, double rateHz, int seconds = MaxSeconds)
    {
        ArgumentNullException.ThrowIfNull(alert);
        long margin = AroundSeconds * PatchSecond.ModelRateHz;
        long from = Math.Max(0, alert.OnsetSample - margin);
        long to = Math.Max(alert.OnsetSample, alert.EndSample ?? alert.DecidedSample) + margin;
        return OfModelSamples(alert.Epoch, from, Math.Clamp(to, from + 1, from + (seconds * PatchSecond.ModelRateHz)), rateHz);
    }

    /// <summary>The device sample nearest to a 300 Hz sample.</summary>
    public static long DeviceSample(long modelSample, double rateHz) => Device(modelSample, rateHz, Unit / 2);

    /// <summary>Time of <see cref="First"/>, from a 300 Hz sample whose time is known; nanoseconds since the Unix epoch.</summary>
    public long StartNs(long modelSample, long atNs, double rateHz)
    {
        decimal seconds = (First / (decimal)rateHz) - (modelSample / (decimal)PatchSecond.ModelRateHz);
        return atNs + (long)decimal.Round(seconds * 1_000_000_000);
    }

    /// <summary>Microhertz in the rate of the network.</summary>
    private static long Unit => PatchSecond.ModelRateHz * MicroHz;

    private static long Device(long modelSample, double rateHz, long rounding)
        => (long)((((Int128)modelSample * (long)Math.Round(rateHz * MicroHz)) + rounding) / Unit);
}
