using System.Numerics;
using System.Runtime.Intrinsics;

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
        bool named = false;
        while (at < values.Length && !named)
        {
            int rise = at;
            if (isOpen)
            {
                // No value between is as high as the candidate, so a higher one is a rise.
                int end = Math.Min(values.Length, at + Refractory - since);
                rise = FirstAbove(values[..end], at, highest);
                named = rise == end && rise - at == Refractory - since;
                since += rise - at;
            }
            else
            {
                // A candidate opens only on a rise: the falling side of the last peak is not a new one.
                for (double last = before; rise < values.Length && !(values[rise] > last); rise++)
                    last = values[rise];
            }

            bool risen = rise < values.Length && !named && (!isOpen || values[rise] > highest);
            if (risen)
                (highest, since, isOpen) = (values[rise], 0, true);
            at = risen ? rise + 1 : rise;
            before = at > from ? values[at - 1] : before;
        }

        peak = highest;
        (previous, height, age, open) = (before, highest, since, isOpen && !named);
        return named ? at - 1 : values.Length;
    }

    /// <summary>Index of the first value above a height, or how many there are.</summary>
    private static int FirstAbove(ReadOnlySpan<double> values, int from, double height)
    {
        Vector256<double> heights = Vector256.Create(height);
        int i = from;
        for (; i + Vector256<double>.Count <= values.Length; i += Vector256<double>.Count)
        {
            uint above = Vector256.GreaterThan(Vector256.Create(values[i..]), heights).ExtractMostSignificantBits();
            if (above != 0)
                return i + BitOperations.TrailingZeroCount(above);
        }

        while (i < values.Length && !(values[i] > height))
            i++;
        return i;
    }
}
