using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Folds the seconds of one stream into a rhythm summary every few seconds of event time. Constant memory, whatever the
/// length of the recording. Engine thread only.
/// </summary>
public sealed class RhythmTracker
{
    private const long RateSpan = 10 * PatchSecond.ModelRateHz;

    private readonly StreamKey stream;
    private readonly int period;
    private readonly StreamReading reading;
    private readonly double[] rhythm = new double[RhythmClasses.Count];
    private uint epoch;
    private long lastSecond = -1;
    private int scored;
    private double leadSeconds;
    private double goodLeadSeconds;
    private double arrived;
    private long readableSeconds;
    private long fibrillationSeconds;
    private long ventricularBeats;

    /// <param name="stream">Goes into every summary.</param>
    /// <param name="settings">What counts as readable.</param>
    /// <param name="periodSeconds">Seconds between summaries, 1 to 60.</param>
    public RhythmTracker(StreamKey stream, AlertSettings settings, int periodSeconds = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(periodSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(periodSeconds, 60);
        this.stream = stream;
        period = periodSeconds;
        reading = new StreamReading(settings);
    }

    /// <summary>Takes the next second; the summary when this second or a jump to it ends a period, else null.</summary>
    public RhythmSummary? Observe(SecondObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Epoch != epoch || lastSecond < 0)
            Restart(observation.Epoch);
        reading.Take(observation, follows: observation.Second == lastSecond + 1);
        Fold(observation);
        lastSecond = observation.Second;
        if ((observation.Second + 1) % period != 0)
            return null;
        RhythmSummary summary = Summarise(observation);
        Clear();
        return summary;
    }

    private void Fold(SecondObservation now)
    {
        leadSeconds += now.LeadCount;
        for (int lead = 0; lead < now.LeadCount; lead++)
        {
            arrived += 1 - now.MissingShare[lead];
            bool good = (now.Present >> lead & 1) != 0 && (now.Flags[lead] & PatchFlags.Doubtful) == 0;
            goodLeadSeconds += good ? 1 : 0;
        }

        if (!now.Scored)
            return;
        scored++;
        for (int i = 0; i < rhythm.Length; i++)
            rhythm[i] += now.Rhythm[i];
        if (!reading.Readable)
            return;
        readableSeconds++;
        fibrillationSeconds += Argmax(now.Rhythm) == (int)RhythmClass.AtrialFibrillation ? 1 : 0;
        for (int back = 0; back < reading.NewBeats; back++)
            ventricularBeats += reading.Primary[back].IsVentricular ? 1 : 0;
    }

    private RhythmSummary Summarise(SecondObservation now)
    {
        int major = scored > 0 ? Argmax(rhythm) : (int)RhythmClass.Unreadable;
        return new RhythmSummary
        {
            Group = stream.Group,
            Stream = stream.Stream,
            Epoch = now.Epoch,
            Second = now.Second,
            TimeNs = now.StartNs + 1_000_000_000,
            Rhythm = (RhythmClass)major,
            RhythmScore = scored > 0 ? rhythm[major] / scored : 0,
            HeartRate = reading.Primary.RateOver(RateSpan, reading.PrimaryFrontier, out _),
            Quality = goodLeadSeconds / leadSeconds,
            Coverage = Math.Clamp(arrived / leadSeconds, 0, 1),
            AfBurden = readableSeconds == 0 ? 0 : (double)fibrillationSeconds / readableSeconds,
            VentricularPerHour = readableSeconds == 0 ? 0 : 3600.0 * ventricularBeats / readableSeconds,
        };
    }

    private void Restart(uint newEpoch)
    {
        epoch = newEpoch;
        lastSecond = -1;
        readableSeconds = 0;
        fibrillationSeconds = 0;
        ventricularBeats = 0;
        reading.Restart();
        Clear();
    }

    private void Clear()
    {
        Array.Clear(rhythm);
        scored = 0;
        leadSeconds = 0;
        goodLeadSeconds = 0;
        arrived = 0;
    }

    private static int Argmax<T>(T[] values)
        where T : INumber<T>
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }
}
