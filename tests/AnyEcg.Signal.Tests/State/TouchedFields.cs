namespace AnyEcg.Signal.Tests;

/// <summary>
/// Which fields of a kind of object its runs have moved away from where a new object has them: a comparison of fields proves
/// something of those alone.
/// </summary>
internal sealed class TouchedFields
{
    private readonly HashSet<string> all = [], touched = [];

    public IEnumerable<string> Never => all.Except(touched);

    public void Note(Dictionary<string, StateLeaf> fresh, object now)
    {
        foreach ((string path, StateLeaf leaf) in StateLeaves.Of(now).Where(leaf => leaf.Value.Varies))
        {
            all.Add(leaf.Field);
            if (!Equals(leaf.Value, fresh.GetValueOrDefault(path).Value))
                touched.Add(leaf.Field);
        }
    }
}
