using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>One second of a trace: 300 samples of the first present lead, whole microvolts; null where no lead was present.</summary>
internal readonly record struct TraceSecond(uint Epoch, long Second, short[]? Microvolts);

/// <summary>The last state of one stream. Written by the engine thread, read by any.</summary>
internal sealed class BoardEntry
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, AlertTransition> open = [];
    private readonly TraceSecond?[] trace = new TraceSecond?[StreamBoard.TraceSeconds];
    private long written;

    public RhythmSummary? Rhythm { get; private set; }

    /// <summary>When the newest second was completed, nanoseconds since the Unix epoch on our clock.</summary>
    public long LastNs { get; private set; }

    /// <summary>When the newest second began at its device, on our clock, likewise; 0 before the first.</summary>
    public long LastStartNs { get; private set; }

    public void Take(AlertTransition transition)
    {
        lock (gate)
        {
            if (!transition.IsOver)
            {
                open[transition.AlertId] = transition;
            }
            else
            {
                open.Remove(transition.AlertId);
            }
        }
    }

    public void Take(RhythmSummary summary)
    {
        lock (gate)
        {
            Rhythm = summary;
        }
    }

    public void Take(PatchSecond patch)
    {
        lock (gate)
        {
            ref TraceSecond? slot = ref trace[written++ % trace.Length];
            short[]? samples = null;
            if (patch.Present != 0)
            {
                samples = slot?.Microvolts ?? new short[PatchSecond.PatchSamples];
                Span<float> lead = patch.Lead(System.Numerics.BitOperations.TrailingZeroCount(patch.Present));
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (short)MathF.Round(lead[i] * 1000);
                }
            }

            slot = new TraceSecond(patch.Epoch, patch.Second, samples);
            (LastNs, LastStartNs) = (patch.CompletedNs, patch.StartNs);
        }
    }

    public bool HasOpen
    {
        get
        {
            lock (gate)
            {
                return open.Count > 0;
            }
        }
    }

    /// <summary>Alerts that are not over, gravest first: those whose condition holds, and those that wait to be acknowledged.</summary>
    public List<AlertTransition> Open()
    {
        lock (gate)
        {
            return [.. open.Values.OrderByDescending(a => a.Priority).ThenBy(a => a.OnsetNs)];
        }
    }

    /// <summary>The newest seconds of the newest epoch in ascending order; samples are copied.</summary>
    public List<TraceSecond> Trace(int seconds)
    {
        lock (gate)
        {
            List<TraceSecond> kept = [.. trace.OfType<TraceSecond>()];
            uint epoch = kept.Count == 0 ? 0 : kept.Max(t => t.Epoch);
            return
            [
                .. kept.Where(t => t.Epoch == epoch).OrderBy(t => t.Second).TakeLast(seconds)
                    .Select(t => t with { Microvolts = (short[]?)t.Microvolts?.Clone() }),
            ];
        }
    }
}
