namespace AnyEcg.Signal;

/// <summary>
/// Finds the peaks of the feature that no higher one follows within the refractory time. A peak is named exactly
/// <see cref="Refractory"/> samples after it.
/// </summary>
internal sealed class PeakPicker : IStateful
{
    /// <summary>200 ms: no two ventricular depolarisations come closer.</summary>
    public const int Refractory = 60;

    private double previous, height;
    private int age;
    private bool open;

    public void Reset() => (previous, height, age, open) = (double.MaxValue, 0, 0, false);

    public void Exchange(StateExchange state)
    {
        state.Value(ref previous, ref height);
        age = state.Count(age, Refractory);
        state.Value(ref open);
    }

    /// <summary>
    /// Takes values from <paramref name="from"/> on, up to the one with which a peak is named, <see cref="Refractory"/> samples after it;
    /// returns that value's index, or how many values there are.
    /// </summary>
    public int Find(ReadOnlySpan<double> values, int from, out double peak)
    {
        (double before, double highest, int since, bool isOpen) = (previous, height, age, open);
        int at = from;
        for (; at < values.Length; at++)
        {
            // A candidate opens only on a rise: the falling side of the last peak is not a new one.
            double value = values[at];
            if (value > before && (!isOpen || value > highest))
                (highest, since, isOpen) = (value, 0, true);
            else
                since++;
            before = value;
            if (isOpen && since >= Refractory)
                break;
        }

        bool found = at < values.Length;
        peak = highest;
        (previous, height, age, open) = (before, highest, isOpen ? since : 0, isOpen && !found);
        return at;
    }
}
