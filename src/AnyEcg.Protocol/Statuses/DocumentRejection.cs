namespace AnyEcg.Protocol;

/// <summary>Why a status or mark document was refused. Each is a counter's label; see <see cref="Rejections"/> for the names.</summary>
public enum DocumentRejection : byte
{
    None,

    /// <summary>More than 16 KiB.</summary>
    TooLarge,

    /// <summary>Not a JSON object, or a field twice.</summary>
    BadJson,

    /// <summary>A field missing, of the wrong kind or out of range.</summary>
    BadField,

    /// <summary>It names another group or stream than its topic.</summary>
    StreamMismatch,
}
