namespace AnyEcg.Tool;

/// <summary>Seeds that a name and a number always give, on every machine, whatever else is run.</summary>
internal static class StableSeed
{
    /// <summary>The 32-bit FNV-1a hash of the text, begun from the seed.</summary>
    public static int Of(int seed, string text)
    {
        uint hash = 2166136261u ^ (uint)seed;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)(hash & int.MaxValue);
    }
}
