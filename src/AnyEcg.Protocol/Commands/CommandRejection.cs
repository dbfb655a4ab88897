namespace AnyEcg.Protocol;

/// <summary>Why a command was refused. Each is a counter's label; see <see cref="Rejections"/> for the names.</summary>
public enum CommandRejection : byte
{
    None,

    /// <summary>More than 16 KiB.</summary>
    TooLarge,

    /// <summary>Not a JSON object, or a field twice.</summary>
    BadJson,

    /// <summary>It names another group or stream than its topic.</summary>
    StreamMismatch,

    /// <summary>No command, or none of those we know.</summary>
    UnknownCommand,

    /// <summary>A field that the command does not have: a command is obeyed as a whole or not at all.</summary>
    UnknownField,

    /// <summary>A field that the command cannot do without.</summary>
    MissingField,

    /// <summary>A field of the wrong kind or out of range.</summary>
    BadField,
}
