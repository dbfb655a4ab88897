namespace AnyEcg.Simulator;

/// <summary>
/// Random numbers by position: the same seed and index give the same number, in any order and on any machine, so that what is drawn
/// does not depend on how a stream is cut. The mixing function is SplitMix64's (Steele, Lea and Flood 2014).
/// </summary>
internal readonly struct SeededNoise(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A generator of its own for a part of what a seed stands for.</summary>
    public static SeededNoise For(int seed, string part, int number = 0)
    {
        ulong state = Mix((ulong)(uint)seed + Golden);
        foreach (char c in part)
            state = Mix(state ^ c);
        return new SeededNoise(Mix(state + (ulong)(uint)number));
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform(long index) => (Bits(index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Zero mean, unit variance, nearly normal: the sum of three uniform numbers (Irwin-Hall), within three deviations.</summary>
    public double Normal(long index)
    {
        const ulong mask = (1UL << 21) - 1;
        ulong bits = Bits(index);
        double sum = (bits & mask) + (bits >> 21 & mask) + (bits >> 42 & mask);
        return 2 * ((sum / mask) - 1.5);
    }

    private ulong Bits(long index) => Mix(seed + (Golden * (ulong)(index + 1)));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
