using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>
/// What a list says of a 12-lead recording as a whole. A class that is neither in <see cref="Labels"/> nor in <see cref="Unknown"/>
/// is absent.
/// </summary>
internal sealed record RecordLabels
{
    /// <summary>Names of the arrhythmia classes that were found.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Names of the classes of which the set says nothing here.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>Whether anything is abnormal; null where nothing is said.</summary>
    public bool? Abnormal { get; init; }

    public Patient Patient { get; init; }
}
