namespace AnyEcg.Fuzz.Tests;

/// <summary>Makes one hostile input out of valid ones. Deterministic; one thread at a time.</summary>
internal abstract class Mutator
{
    /// <summary>No input grows beyond this: what is larger is refused by length alone, and would only slow the run.</summary>
    protected const int MaxLength = 32 * 1024;

    /// <param name="seed">A valid input, or one that once broke something.</param>
    /// <param name="other">Another one to take pieces from.</param>
    /// <param name="random">The source of every choice.</param>
    public abstract byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random);
}
