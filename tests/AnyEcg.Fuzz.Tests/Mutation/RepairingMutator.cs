namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// Mutates and then, nine times of ten, makes the input's own checks come right again (a length, a checksum), so that the
/// damage reaches what lies behind them.
/// </summary>
internal sealed class RepairingMutator(Mutator inner, Action<byte[]> repair) : Mutator
{
    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        byte[] bytes = inner.Mutate(seed, other, random);
        if (!random.OneIn(10))
            repair(bytes);
        return bytes;
    }
}
