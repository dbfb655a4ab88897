namespace AnyEcg.Fuzz.Tests;

/// <summary>Takes one of several mutators for each input, the first three times as often as each other.</summary>
internal sealed class MixedMutator(params Mutator[] mutators) : Mutator
{
    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random) =>
        mutators[Math.Max(0, random.Below(mutators.Length + 2) - 2)].Mutate(seed, other, random);
}
