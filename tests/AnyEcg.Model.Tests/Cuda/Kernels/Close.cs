namespace AnyEcg.Model.Tests;

/// <summary>Numbers of a kernel against a reference.</summary>
internal static class Close
{
    /// <summary>Each within tolerance times (1 + its size).</summary>
    public static void Assert(IReadOnlyList<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Xunit.Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double off = Math.Abs(actual[i] - expected[i]);
            Xunit.Assert.True(off <= tolerance * (1 + Math.Abs(expected[i])), $"{what}, number {i}: {actual[i]} for {expected[i]}");
        }
    }
}
