using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// cos and sin of the rotary embedding per row of a plan. Angles are computed in double and reduced modulo 2 pi, so that
/// second 10^7 is as exact as second 0; attention sees differences of seconds only.
/// </summary>
internal sealed unsafe class RotaryTable
{
    private readonly double[] rates;
    private readonly float* table;

    public RotaryTable(NativeArena arena, NetworkConfig config, int maxRows)
    {
        Half = config.HeadDim / 2;
        rates = [.. Enumerable.Range(0, Half).Select(i => Math.Pow(config.RotaryBase, -(double)i / Half))];
        table = arena.Floats((long)maxRows * 2 * Half);
    }

    /// <summary>Angles per head: half its width.</summary>
    public int Half { get; }

    /// <summary>Half cosines, then half sines.</summary>
    public float* Row(int row) => table + (long)row * 2 * Half;

    public void Fill(StepPlan plan, int start, int end)
    {
        for (int row = start; row < end; row++)
        {
            float* at = Row(row);
            for (int i = 0; i < Half; i++)
            {
                double angle = Math.IEEERemainder(plan.RowSecond[row] * rates[i], 2 * Math.PI);
                at[i] = (float)Math.Cos(angle);
                at[Half + i] = (float)Math.Sin(angle);
            }
        }
    }
}
