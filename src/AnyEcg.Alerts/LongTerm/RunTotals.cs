using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>Beats of one class in a row, counted. A single one is neither.</summary>
public sealed class RunTotals : IStateful
{
    /// <summary>Exactly two in a row.</summary>
    public long Couplets { get; internal set; }

    /// <summary>Three and more in a row, at any rate.</summary>
    public long Runs { get; internal set; }

    /// <summary>Of these, those faster than the limit of the tachycardia alert of the class.</summary>
    public long FastRuns { get; internal set; }

    internal void Add(RunTotals other)
    {
        Couplets += other.Couplets;
        Runs += other.Runs;
        FastRuns += other.FastRuns;
    }

    internal void Clear() => (Couplets, Runs, FastRuns) = (0, 0, 0);

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (Couplets, Runs, FastRuns) = (state.Value(Couplets), state.Value(Runs), state.Value(FastRuns));
    }
}
