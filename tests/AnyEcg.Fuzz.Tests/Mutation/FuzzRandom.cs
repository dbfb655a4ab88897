namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// The random numbers of one input: a function of the run's seed and the input's number alone, so that any input can be made
/// again without those before it. SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
internal sealed class FuzzRandom
{
    private ulong state;

    public FuzzRandom(ulong seed, long input) => Restart(seed, input);

    public void Restart(ulong seed, long input)
    {
        state = seed ^ ((ulong)input * 0xD1342543DE82EF95);
        Next();
    }

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1; 0 for a bound below 1.</summary>
    public int Below(int bound) => bound <= 1 ? 0 : (int)(((Next() >> 32) * (ulong)bound) >> 32);

    public bool OneIn(int n) => Below(n) == 0;

    public byte Byte() => (byte)Next();

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];
}
