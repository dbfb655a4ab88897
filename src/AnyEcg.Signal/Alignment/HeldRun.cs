namespace AnyEcg.Signal;

/// <summary>Consecutive held samples that came in one frame.</summary>
internal readonly record struct HeldRun(long First, int Count, uint LeadOff, long ReceivedNs);
