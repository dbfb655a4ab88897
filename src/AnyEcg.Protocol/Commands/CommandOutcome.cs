namespace AnyEcg.Protocol;

/// <summary>What became of a request. The wire name is the kebab-case of the member.</summary>
public enum CommandOutcome : byte
{
    Done,

    /// <summary>It was so already: a repeat does no harm.</summary>
    NothingToDo,

    /// <summary>There is no alert of that id.</summary>
    UnknownAlert,

    /// <summary>See the reason.</summary>
    Refused,
}
