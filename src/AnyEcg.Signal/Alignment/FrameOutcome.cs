namespace AnyEcg.Signal;

/// <summary>What became of one frame: exactly one of these, so that the sums of the outcomes equal the frames received.</summary>
public enum FrameOutcome : byte
{
    /// <summary>Its samples (or the new part of them) went down the signal path.</summary>
    Accepted,

    /// <summary>It came early and waits for the frames before it.</summary>
    Held,

    /// <summary>All of its samples were seen before, with the same values.</summary>
    Duplicate,

    /// <summary>
    /// Nothing in it is new to the live stream: its samples had been given up as a gap, are too old to compare, or belong to
    /// an earlier epoch.
    /// </summary>
    Late,

    /// <summary>Late to the live stream, but what fills a hole of it was judged apart.</summary>
    Historical,

    /// <summary>
    /// A range seen before, with other values: the device restarted without a new epoch. Nothing of the frame was merged; see
    /// <see cref="FrameAligner.LastConflict"/>.
    /// </summary>
    Conflict,

    /// <summary>It does not fit the stream's format or its count makes no sense.</summary>
    Rejected,
}
