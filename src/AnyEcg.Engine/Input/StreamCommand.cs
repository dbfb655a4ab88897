using AnyEcg.Alerts;

namespace AnyEcg.Engine;

/// <summary>What an operator does to the alerts of a stream.</summary>
public enum StreamCommandKind : byte
{
    Acknowledge,
    Pause,
    Resume,
    Limits,
    Admit,
    Discharge,
}

/// <summary>An operator's action on one stream, in the order of its inputs. Immutable.</summary>
public sealed record StreamCommand
{
    public required StreamCommandKind Kind { get; init; }

    /// <summary>Who, why and when.</summary>
    public required AlertAction Action { get; init; }

    /// <summary>Of an acknowledgement.</summary>
    public Guid AlertId { get; init; }

    /// <summary>Of a pause or its end; null: all kinds.</summary>
    public AlertKind? Alert { get; init; }

    /// <summary>Of a pause: when it ends, nanoseconds since the Unix epoch.</summary>
    public long UntilNs { get; init; }

    /// <summary>New limits of this stream; null takes them back to the defaults.</summary>
    public IReadOnlyDictionary<AlertKind, AlertKindOptions>? Limits { get; init; }

    /// <summary>Of a discharge: the stream's data are to be erased: the engine frees what it holds of its samples, the owner of the store does the rest.</summary>
    public bool Erase { get; init; }

    /// <summary>How the operator came: what stands behind the name, for the audit trail. The engine only carries it.</summary>
    public string? Source { get; init; }
}
