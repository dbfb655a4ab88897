namespace AnyEcg.Signal;

/// <summary>Device-rate samples of one epoch: <paramref name="Count"/> of them from <paramref name="First"/> on.</summary>
public readonly record struct SampleRange(uint Epoch, long First, long Count);
