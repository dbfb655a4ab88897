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

    /// <summary>Takes the next value; true when the value <see cref="Refractory"/> samples ago was a peak.</summary>
    public bool Next(double value, out double peak)
    {
        // A candidate opens only on a rise: the falling side of the last peak is not a new one.
        if (value > previous && (!open || value > height))
        {
            (height, age, open) = (value, 0, true);
        }
        else if (open)
        {
            age++;
        }

        previous = value;
        peak = height;
        if (!open || age < Refractory)
        {
            return false;
        }

        open = false;
        return true;
    }
}
