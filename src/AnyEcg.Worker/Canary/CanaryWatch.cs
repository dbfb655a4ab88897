using System.Diagnostics.Metrics;
using System.Globalization;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>
/// Whether the canary's asystoles come back as alerts: one at a time is expected, and heard in time, late or not at all. Any thread.
/// </summary>
internal sealed class CanaryWatch
{
    /// <summary>An alert is of the asystole whose last beat lies so near to its onset.</summary>
    private const long NearSamples = 2 * PatchSecond.ModelRateHz;

    private readonly CanaryOptions options;
    private readonly TimeProvider time;
    private readonly Histogram<double> latency;
    private readonly Lock gate = new();
    private Expectation? expected;
    private bool healthy = true;
    private string reason = "no asystole yet";
    private long heard;
    private long missed;
    private long unexpected;

    public CanaryWatch(IOptions<CanaryOptions> options, TimeProvider time, IMeterFactory meters)
    {
        (this.options, this.time) = (options.Value, time);
        Meter meter = meters.Create("AnyEcg.Worker.Canary");
        latency = meter.CreateHistogram(
            "anyecg.canary.latency", "s", "From the last beat before the canary's asystole to its alert's return through the broker",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [4, 4.5, 5, 5.5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 60] });
        if (this.options.Enabled)
        {
            meter.CreateObservableGauge("anyecg.canary.healthy", () => State().Healthy ? 1 : 0, null, "1 unless the last asystole did not come back in time");
            meter.CreateObservableCounter("anyecg.canary.heard", () => Interlocked.Read(ref heard), "{asystole}", "The canary's asystoles that came back in time");
            meter.CreateObservableCounter("anyecg.canary.missed", () => Interlocked.Read(ref missed), "{asystole}", "Those that did not");
            meter.CreateObservableCounter(
                "anyecg.canary.unexpected", () => Interlocked.Read(ref unexpected), "{alert}", "Asystole alerts of the canary without an asystole");
        }
    }

    public long Heard => Interlocked.Read(ref heard);

    public long Missed => Interlocked.Read(ref missed);

    public long Unexpected => Interlocked.Read(ref unexpected);

    /// <summary>For the health page.</summary>
    public (bool Healthy, string Reason) State()
    {
        lock (gate)
        {
            return options.Enabled ? (healthy, reason) : (true, "there is no canary");
        }
    }

    /// <summary>An asystole begins.</summary>
    /// <param name="epoch">The canary's.</param>
    /// <param name="lastBeat">Sample of the last R peak, at the canary's rate.</param>
    /// <param name="stamp">Time stamp of that beat.</param>
    public void Expect(uint epoch, long lastBeat, long stamp)
    {
        lock (gate)
        {
            expected = new Expectation(epoch, lastBeat * PatchSecond.ModelRateHz / CanarySong.RateHz, stamp);
        }
    }

    /// <summary>An alert came back.</summary>
    public void Hear(AlertReading alert)
    {
        if (alert is not { Kind: AlertKind.Asystole, Phase: AlertPhase.Start })
        {
            return;
        }

        lock (gate)
        {
            if (expected is not { Heard: false } now || now.Epoch != alert.Epoch || Math.Abs(now.OnsetSample - alert.OnsetSample) > NearSamples)
            {
                unexpected++;
                return;
            }

            double seconds = time.GetElapsedTime(now.Stamp).TotalSeconds;
            latency.Record(seconds);
            expected = now with { Heard = true };
            if (!now.Missed)
            {
                heard++;
                healthy = true;
            }

            reason = string.Create(CultureInfo.InvariantCulture, $"{(now.Missed ? "late: " : "")}the asystole came back after {seconds:F1} s");
        }
    }

    /// <summary>Looks whether the time is up. About once a second.</summary>
    public void Check()
    {
        lock (gate)
        {
            if (expected is { Heard: false, Missed: false } now && time.GetElapsedTime(now.Stamp).TotalSeconds > options.LimitSeconds)
            {
                expected = now with { Missed = true };
                missed++;
                healthy = false;
                reason = $"the asystole did not come back within {options.LimitSeconds} s";
            }
        }
    }

    /// <summary>What is waited for. Sample at 300 Hz.</summary>
    private sealed record Expectation(uint Epoch, long OnsetSample, long Stamp, bool Heard = false, bool Missed = false);
}
