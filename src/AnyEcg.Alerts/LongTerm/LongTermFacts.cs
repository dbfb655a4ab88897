namespace AnyEcg.Alerts;

/// <summary>Where something began.</summary>
/// <param name="Sample">Model-rate (300 Hz) sample of the epoch.</param>
/// <param name="TimeNs">The same on our clock, nanoseconds since the Unix epoch.</param>
public readonly record struct EcgPlace(long Sample, long TimeNs);

/// <summary>An episode of a rhythm, as long as it has lasted.</summary>
public readonly record struct EpisodeFact(EcgPlace Start, long Seconds);

/// <summary>A run of beats of one class.</summary>
/// <param name="Start">Its first beat.</param>
/// <param name="Beats">How many, three and more.</param>
/// <param name="Rate">Mean rate within the run, 1/min.</param>
public readonly record struct RunFact(EcgPlace Start, long Beats, double Rate);

/// <summary>A pause from beat to beat.</summary>
public readonly record struct PauseFact(EcgPlace Start, double Seconds);

/// <summary>A heart rate over the window of the rates, which begins here.</summary>
public readonly record struct RateFact(EcgPlace Start, double Rate);
