namespace AnyEcg.Model;

/// <summary>
/// The algorithms of a product, one for each number of rows: the same for all where there is one that takes all, and none that splits a row's sum over
/// blocks, so that a row's sums are made in the same order whatever the batch around it. Taken is what cuBLASLt proposes, accepts and has computed once.
/// </summary>
/// <param name="Algorithms">Of each bucket.</param>
/// <param name="Rank">Place of the largest bucket's among cuBLASLt's proposals: 0 for the best.</param>
/// <param name="ProposedAt">The number of rows that it was proposed for.</param>
/// <param name="Different">How many different ones there are.</param>
internal sealed record AlgorithmChoice(MatmulAlgorithm[] Algorithms, int Rank, int ProposedAt, int Different)
{
    /// <summary>Every row is computed alike in every batch.</summary>
    public bool IsCommon => Different == 1;
}
