using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What the engine knows of a stream at one input.</summary>
/// <param name="Sequence">Number of the last input that was handled; what comes of the running one comes after it.</param>
/// <param name="LeadNames">As the device spells them; may be empty.</param>
/// <param name="Format">How its samples are read.</param>
public readonly record struct StreamFacts(long Sequence, ImmutableArray<string> LeadNames, StreamFormat Format);
