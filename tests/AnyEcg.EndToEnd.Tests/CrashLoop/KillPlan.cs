using System.Collections.Immutable;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>When one life of the worker ends.</summary>
/// <param name="Ready">Whether it is let become ready first, so that it is killed at work; else it is killed while it starts and recovers.</param>
/// <param name="After">How long after that.</param>
internal readonly record struct Kill(bool Ready, TimeSpan After)
{
    private const double AtWork = 0.75;

    /// <summary>Longer than a commit, a snapshot round and a slice of the devices' messages take.</summary>
    private static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(2.5), LongestStart = TimeSpan.FromSeconds(3);

    /// <summary>So many kills, drawn from a seed.</summary>
    public static ImmutableArray<Kill> Draw(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < AtWork
            ? new Kill(true, LongestWork * random.NextDouble())
            : new Kill(false, LongestStart * random.NextDouble()))];
    }
}
