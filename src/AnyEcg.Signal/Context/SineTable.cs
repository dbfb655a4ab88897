namespace AnyEcg.Signal;

/// <summary>Cosines and sines under a Hann window: power of a stretch of samples at given frequencies. Immutable.</summary>
internal sealed class SineTable
{
    private readonly float[] table;
    private readonly int length;

    /// <param name="length">Samples of a stretch.</param>
    /// <param name="firstHz">The lowest line.</param>
    /// <param name="stepHz">Distance of the lines.</param>
    /// <param name="lines">Number of lines.</param>
    public SineTable(int length, double firstHz, double stepHz, int lines)
    {
        this.length = length;
        table = new float[2 * lines * length];
        for (int line = 0; line < lines; line++)
        {
            double turn = 2 * Math.PI * (firstHz + (line * stepHz)) / LeadContext.SlowHz;
            for (int i = 0; i < length; i++)
            {
                double window = 0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / length));
                table[(2 * line * length) + i] = (float)(window * Math.Cos(turn * i));
                table[(((2 * line) + 1) * length) + i] = (float)(window * Math.Sin(turn * i));
            }
        }
    }

    public float Power(ReadOnlySpan<float> samples, int line)
    {
        float real = VectorSums.Dot(samples, table.AsSpan(2 * line * length, length));
        float imaginary = VectorSums.Dot(samples, table.AsSpan(((2 * line) + 1) * length, length));
        return (real * real) + (imaginary * imaginary);
    }
}
