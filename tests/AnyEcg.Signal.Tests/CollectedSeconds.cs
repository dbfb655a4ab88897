namespace AnyEcg.Signal.Tests;

/// <summary>Keeps every second of a stream.</summary>
internal sealed class CollectedSeconds : List<PatchSecond>, IPatchSink
{
    public PatchSecond Rent(int leadCount)
    {
        PatchSecond second = new(leadCount);
        second.Samples.AsSpan().Fill(float.NaN);
        return second;
    }

    public void Emit(PatchSecond second) => Add(second);
}
