namespace AnyEcg.Fuzz.Tests;

/// <summary>Damages the members of a record of several files (see <see cref="Archive"/>): headers as text, the others as bytes.</summary>
internal sealed class ArchiveMutator : Mutator
{
    private static readonly TextMutator Text = new();
    private static readonly ByteMutator Bytes = new();

    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        List<KeyValuePair<string, byte[]>> members = [.. Archive.Unpack(seed)];
        List<KeyValuePair<string, byte[]>> others = [.. Archive.Unpack(other)];
        if (members.Count == 0 || others.Count == 0)
            return seed;
        for (int steps = 1 + random.Below(2); steps > 0 && members.Count > 0; steps--)
        {
            int at = random.Below(members.Count);
            if (random.OneIn(50))
                members.RemoveAt(at);
            else
                members[at] = new(members[at].Key, Damage(members[at], random.Pick(others).Value, random));
        }

        return Archive.Pack(members);
    }

    private static byte[] Damage(KeyValuePair<string, byte[]> member, byte[] other, FuzzRandom random) =>
        (member.Key.EndsWith(".hea", StringComparison.Ordinal) && !random.OneIn(10) ? (Mutator)Text : Bytes).Mutate(member.Value, other, random);
}
