namespace AnyEcg.Signal;

/// <summary>A place where a heartbeat may be.</summary>
/// <param name="Sample">Model-rate (300 Hz) sample of the epoch.</param>
/// <param name="Mass">How sure the network is of some beat here, 0 to 1, whatever its class.</param>
public readonly record struct BeatCandidate(long Sample, float Mass);
