namespace AnyEcg.Recordings;

/// <summary>One segment line of a multi-segment header.</summary>
/// <param name="Name">Name of the segment's own header; "~" for a stretch of which there is none.</param>
/// <param name="FrameCount">Its length in frames; 0 marks the layout of a record whose segments differ in their signals.</param>
public readonly record struct WfdbSegment(string Name, long FrameCount)
{
    internal const string NullName = "~";

    public bool IsNull => Name == NullName;
}
