namespace AnyEcg.Engine;

/// <summary>
/// What a stream's inputs alone do not say: which seconds were judged without the network because the engine was behind, and
/// which frames found no slot. Written down when it happens, repeated when the inputs are read again. Engine thread only.
/// </summary>
public sealed class SkipDecisions
{
    private readonly HashSet<(uint Epoch, long Second)> seconds = [];
    private readonly HashSet<long> frames = [];

    /// <summary>A second that was judged without the network.</summary>
    public void AddSecond(uint epoch, long second) => seconds.Add((epoch, second));

    /// <summary>A frame, by its number in the journal, for which there was no slot.</summary>
    public void AddFrame(long sequence) => frames.Add(sequence);

    internal bool TakeSecond(uint epoch, long second) => seconds.Remove((epoch, second));

    internal bool TakeFrame(long sequence) => frames.Remove(sequence);
}
