namespace AnyEcg.Protocol;

/// <summary>
/// Why a request that could be read was refused; the wire name is the kebab-case of the member. The rules of alerts add reasons in words. Of one
/// that could not be read: <see cref="CommandRejection"/>.
/// </summary>
public enum CommandRefusal : byte
{
    None,

    /// <summary>The broker had kept it: nobody knows how old it is.</summary>
    Retained,

    /// <summary>No such stream is served here.</summary>
    UnknownStream,

    /// <summary>Too many requests wait already; ask again.</summary>
    Busy,

    /// <summary>Of the range or alert asked for no sample is in the journal any more.</summary>
    NoSamples,

    /// <summary>The strip is larger than a message to this broker may be; ask for less.</summary>
    StripTooLarge,

    /// <summary>This worker has no store to read from.</summary>
    NoStore,

    /// <summary>The store cannot be read now; ask again.</summary>
    StoreUnavailable,
}
