using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>
/// One recording as training reads it: T seconds of L leads at 300 Hz, filtered and scaled by the worker's own signal path.
/// Held in memory whole: about 2 MB per lead and hour.
/// </summary>
internal sealed class Shard
{
    public required string Name { get; init; }

    /// <summary>The set that the recording belongs to.</summary>
    public required string Source { get; init; }

    /// <summary>Identity of each lead: rows of the network's lead embedding.</summary>
    public required byte[] Leads { get; init; }

    public required int Seconds { get; init; }

    /// <summary>Millivolts, <c>[(lead * Seconds + second) * 300 + i]</c>.</summary>
    public required Half[] Patches { get; init; }

    /// <summary>1 where the lead has a token, <c>[lead * Seconds + second]</c>.</summary>
    public required byte[] Present { get; init; }

    /// <summary>
    /// Context features, <c>[(row * Seconds + second) * ContextFeatures.Count + i]</c>: row 0 of all leads together, row 1 + i of lead i alone.
    /// </summary>
    public required float[] Context { get; init; }

    /// <summary>Pairs of (sample at 300 Hz, AAMI class), ascending.</summary>
    public int[] Beats { get; init; } = [];

    /// <summary>Pairs of (sample at 300 Hz, lead index): what the classical detector found, as weak labels where no beats are annotated.</summary>
    public int[] Qrs { get; init; } = [];

    /// <summary>Per second: rhythm class, or -1 where nothing is said.</summary>
    public required sbyte[] Rhythm { get; init; }

    /// <summary>The label of the whole recording; empty without one.</summary>
    public string Label { get; init; } = "";

    /// <summary>Several labels of the whole recording; null where the list gives one, or none.</summary>
    public RecordLabels? Record { get; init; }

    /// <summary>Age and sex, as the list or else the recording states them.</summary>
    public Patient Patient { get; init; }

    /// <summary>The part of the set it belongs to; empty where the list does not say.</summary>
    public string Split { get; init; } = "";

    /// <summary>The noise that was added; null without any.</summary>
    public string? Noise { get; init; }
}
