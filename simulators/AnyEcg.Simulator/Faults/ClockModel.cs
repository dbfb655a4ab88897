using System.Collections.Immutable;

namespace AnyEcg.Simulator;

/// <summary>What the clock of a device shows: it drifts and jumps.</summary>
/// <param name="driftPpm">Parts per million too fast.</param>
/// <param name="jumps">When it is set, and by how much.</param>
internal sealed class ClockModel(double driftPpm, ImmutableArray<ClockJump> jumps)
{
    /// <param name="baseNs">What it shows when <paramref name="seconds"/> began to count.</param>
    /// <param name="seconds">True time since then.</param>
    /// <param name="sinceStart">True time since the device's first sample, on which the jumps lie.</param>
    public long At(long baseNs, double seconds, double sinceStart)
    {
        double shown = seconds + (sinceStart * driftPpm * 1e-6);
        foreach (ClockJump jump in jumps)
            shown += jump.At <= sinceStart ? jump.Seconds : 0;
        return baseNs + (long)Math.Round(shown * 1e9);
    }
}
