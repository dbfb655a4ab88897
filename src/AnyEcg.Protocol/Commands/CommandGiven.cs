using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// What is known of a request beside its payload: from its topic or path, and of who was authenticated. The payload may leave it out then; where it
/// says it too, it must say the same.
/// </summary>
public readonly record struct CommandGiven
{
    /// <summary>Of the topic or path.</summary>
    public StreamKey? Stream { get; init; }

    /// <summary>Of the path.</summary>
    public CommandKind? Kind { get; init; }

    /// <summary>Of the path.</summary>
    public Guid? AlertId { get; init; }

    /// <summary>Who was authenticated.</summary>
    public string? Operator { get; init; }
}
