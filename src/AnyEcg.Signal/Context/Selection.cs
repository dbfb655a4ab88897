using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>Single places of the sorted order of a few values, without sorting all of them.</summary>
internal static class Selection
{
    /// <summary>Whole numbers up to here are told apart by <see cref="OfWhole"/>: more than 6 s at 300 Hz.</summary>
    public const int LargestWhole = 2047;

    /// <summary>
    /// The value that a sorted list would have at <paramref name="place"/>. Only of whole numbers from 0 to <see cref="LargestWhole"/>, such as
    /// lengths in samples: halves the range of numbers in question, and counts how many values lie in its lower part.
    /// </summary>
    public static float OfWhole(ReadOnlySpan<float> values, int place)
    {
        // No branch: which half it is cannot be foreseen.
        int low = 0;
        for (int half = (LargestWhole + 1) / 2; half > 0; half >>= 1)
            low += CountUpTo(values, low + half - 1) <= place ? half : 0;
        return low;
    }

    private static int CountUpTo(ReadOnlySpan<float> values, float limit)
    {
        Vector256<float> limits = Vector256.Create(limit);
        Vector256<int> counts = default;
        int i = 0, count = 0;
        ref float x = ref MemoryMarshal.GetReference(values);
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            counts -= Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref x, (nuint)i), limits).AsInt32();
        for (; i < values.Length; i++)
            count += values[i] <= limit ? 1 : 0;
        return count + Vector256.Sum(counts);
    }

    /// <summary>
    /// The value that a sorted list would have at Length / 2 (Hoare's selection); reorders the values, of which there is at least one.
    /// </summary>
    public static float Middle(Span<float> values)
    {
        (int wanted, int low, int high) = (values.Length / 2, 0, values.Length - 1);
        while (low < high)
        {
            float pivot = values[(low + high) / 2];
            (int left, int right) = (low, high);
            while (left <= right)
            {
                while (values[left] < pivot)
                    left++;
                while (values[right] > pivot)
                    right--;
                if (left <= right)
                {
                    (values[left], values[right]) = (values[right], values[left]);
                    (left, right) = (left + 1, right - 1);
                }
            }

            (low, high) = wanted <= right ? (low, right) : wanted >= left ? (left, high) : (wanted, wanted);
        }

        return values[wanted];
    }
}
