namespace AnyEcg.Signal;

/// <summary>The middle of a few values without sorting all of them (Hoare's selection).</summary>
internal static class Selection
{
    /// <summary>The value that a sorted list would have at Length / 2; reorders the values, of which there is at least one.</summary>
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
