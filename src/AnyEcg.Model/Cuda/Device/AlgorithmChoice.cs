namespace AnyEcg.Model;

/// <summary>
/// The algorithm of a product: one for all numbers of rows, and without splitting a row's sum over blocks, so that a row's sums are made in the
/// same order whatever the batch around it. The best of cuBLASLt's own proposals for the most rows that all others take.
/// </summary>
/// <param name="Algorithm">What it is.</param>
/// <param name="Rank">Its place among the proposals for the most rows: 0 for the best; more where better ones refuse a smaller batch.</param>
/// <param name="ProposedAt">The number of rows that it was proposed for.</param>
internal sealed record AlgorithmChoice(MatmulAlgorithm Algorithm, int Rank, int ProposedAt)
{
    private const int Proposals = 32;

    /// <summary>Null where no algorithm takes every bucket.</summary>
    public static AlgorithmChoice? Find(ProductLibrary library, ProductLayouts layouts)
    {
        for (int bucket = library.Buckets.Count - 1; bucket >= 0; bucket--)
        {
            MatmulHeuristic[] proposals = Propose(library, layouts, bucket);
            for (int rank = 0; rank < proposals.Length; rank++)
                if (proposals[rank].State == 0 && Suits(library, layouts, proposals[rank].Algorithm))
                    return new AlgorithmChoice(proposals[rank].Algorithm, rank, library.Buckets[bucket]);
        }

        return null;
    }

    private static unsafe bool Suits(ProductLibrary library, ProductLayouts layouts, MatmulAlgorithm algorithm)
    {
        if (Config(library.Api, algorithm, CublasLt.SplitK) > 1 || Config(library.Api, algorithm, CublasLt.ReductionScheme) != 0)
            return false;
        for (int bucket = 0; bucket < library.Buckets.Count; bucket++)
        {
            MatmulHeuristic answer = default;
            nint y = layouts.Outputs(bucket);
            int status = library.Api.CheckAlgorithm(library.Handle, layouts.Operation, layouts.Weights, layouts.Inputs(bucket), y, y, &algorithm, &answer);
            if (status != 0 || answer.State != 0 || answer.WorkspaceBytes > (nuint)ProductLibrary.WorkspaceBytes)
                return false;
        }

        return true;
    }

    /// <summary>An algorithm that does not know the attribute does not split.</summary>
    private static unsafe int Config(CublasLt api, MatmulAlgorithm algorithm, int attribute)
    {
        int value = 0;
        nuint written;
        return api.GetConfig(&algorithm, attribute, &value, sizeof(int), &written) == 0 ? value : 0;
    }

    private static unsafe MatmulHeuristic[] Propose(ProductLibrary library, ProductLayouts layouts, int bucket)
    {
        CublasLt api = library.Api;
        nint preference = 0;
        var proposals = new MatmulHeuristic[Proposals];
        try
        {
            ulong workspace = (ulong)ProductLibrary.WorkspaceBytes;
            uint noReduction = 0;
            int found = 0;
            library.Context.CheckProduct(api.PreferenceCreate(&preference), "choosing an algorithm");
            library.Context.CheckProduct(api.PreferenceSetAttribute(preference, CublasLt.MaxWorkspaceBytes, &workspace, sizeof(ulong)), "choosing an algorithm");
            library.Context.CheckProduct(api.PreferenceSetAttribute(preference, CublasLt.ReductionSchemeMask, &noReduction, sizeof(uint)), "choosing an algorithm");
            nint y = layouts.Outputs(bucket);
            fixed (MatmulHeuristic* answers = proposals)
            {
                int status = api.GetHeuristic(library.Handle, layouts.Operation, layouts.Weights, layouts.Inputs(bucket), y, y, preference, Proposals, answers, &found);
                if (status is CublasLt.NotSupported or CublasLt.InvalidValue or CublasLt.ArchitectureMismatch)
                    return [];
                library.Context.CheckProduct(status, "choosing an algorithm");
            }

            return proposals[..found];
        }
        finally
        {
            if (preference != 0)
                _ = api.PreferenceDestroy(preference);
        }
    }
}
