using System.Collections.Immutable;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>What the file for lead reconstruction holds.</summary>
/// <param name="Population">For <see cref="LeadReconstructor"/>.</param>
/// <param name="LeastSquares">
/// The baseline: second moments of I, II, V1 ... V6, mV^2, 8 x 8, over all samples alike. Least squares from other leads follow from it.
/// </param>
public sealed record LeadPopulations(LeadPopulation Population, ImmutableArray<float> LeastSquares);
