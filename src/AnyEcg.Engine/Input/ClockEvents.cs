namespace AnyEcg.Engine;

/// <summary>
/// What the clock does to a stream. The clock is no part of a stream's inputs: what it causes becomes an input of its own, in the
/// stream's order, so that the same inputs give the same alerts whenever they are read again.
/// </summary>
[Flags]
public enum ClockEvents : byte
{
    None = 0,

    /// <summary>The gaps before held frames become final.</summary>
    GiveUpHeld = 1,

    /// <summary>A device that is not offline sends nothing.</summary>
    NoData = 2,

    /// <summary>The stream is idle, or another one needs its slot: rings and buffers are freed.</summary>
    Sleep = 4,

    /// <summary>No more data come out of the device's store.</summary>
    PastOver = 8,

    /// <summary>Something that was to happen at a given time is due: the end of a pause, an escalation.</summary>
    Due = 16,
}
