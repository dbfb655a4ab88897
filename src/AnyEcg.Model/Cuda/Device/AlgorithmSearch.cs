namespace AnyEcg.Model;

/// <summary>Finds the algorithms of one product.</summary>
internal sealed class AlgorithmSearch(ProductLibrary library, ProductLayouts layouts, ProductTrial trial)
{
    private const int Proposals = 32;

    private readonly List<Candidate> candidates = [];

    private int Buckets => library.Buckets.Count;

    /// <summary>Null where some number of rows has no algorithm.</summary>
    public AlgorithmChoice? Find()
    {
        int buckets = library.Buckets.Count;
        for (int bucket = buckets - 1; bucket >= 0; bucket--)
        {
            int first = candidates.Count;
            Propose(bucket);
            foreach (Candidate candidate in candidates.Skip(first))
            {
                if (Enumerable.Range(0, buckets).All(candidate.Fits) && Enumerable.Range(0, buckets).All(candidate.Runs))
                    return new AlgorithmChoice([.. Enumerable.Repeat(candidate.Algorithm, buckets)], candidate.Rank, library.Buckets[bucket], 1);
            }
        }

        return FindSeveral();
    }

    /// <summary>As few as possible: the largest bucket's wherever it is taken, then whichever takes most of the others.</summary>
    private AlgorithmChoice? FindSeveral()
    {
        var chosen = new Candidate?[library.Buckets.Count];
        int different = 0;
        Candidate? next = candidates.Find(candidate => Takes(candidate, chosen.Length - 1));
        Candidate? largest = next;
        while (next is not null)
        {
            different++;
            for (int bucket = 0; bucket < chosen.Length; bucket++)
                chosen[bucket] ??= Takes(next, bucket) ? next : null;
            int[] open = [.. Enumerable.Range(0, chosen.Length).Where(bucket => chosen[bucket] is null)];
            next = open.Length == 0 ? null : candidates.MaxBy(candidate => open.Count(bucket => Takes(candidate, bucket)));
            if (next is not null && !open.Any(bucket => Takes(next, bucket)))
                return null;
        }

        return largest is null ? null : new AlgorithmChoice([.. chosen.Select(candidate => candidate!.Algorithm)], largest.Rank, library.Buckets[largest.Bucket], different);
    }

    private static bool Takes(Candidate candidate, int bucket) => candidate.Fits(bucket) && candidate.Runs(bucket);

    /// <summary>Adds what cuBLASLt proposes for a number of rows, pinned to whole sums where the algorithm has that knob.</summary>
    private unsafe void Propose(int bucket)
    {
        MatmulHeuristic[] proposals = Ask(bucket);
        for (int rank = 0; rank < proposals.Length; rank++)
        {
            MatmulAlgorithm algorithm = proposals[rank].Algorithm;
            int whole = 1, none = 0;
            _ = library.Api.SetConfig(&algorithm, CublasLt.SplitK, &whole, sizeof(int));
            _ = library.Api.SetConfig(&algorithm, CublasLt.ReductionScheme, &none, sizeof(int));
            if (proposals[rank].State == 0 && Config(algorithm, CublasLt.SplitK) <= 1 && Config(algorithm, CublasLt.ReductionScheme) == 0)
                candidates.Add(new Candidate(this, algorithm, bucket, rank));
        }
    }

    /// <summary>An algorithm that does not know the attribute does not split.</summary>
    private unsafe int Config(MatmulAlgorithm algorithm, int attribute)
    {
        int value = 0;
        nuint written;
        return library.Api.GetConfig(&algorithm, attribute, &value, sizeof(int), &written) == 0 ? value : 0;
    }

    private bool Try(MatmulAlgorithm algorithm, int bucket) => trial.Runs(layouts, algorithm, bucket);

    private unsafe bool Check(MatmulAlgorithm algorithm, int bucket)
    {
        MatmulHeuristic answer = default;
        nint y = layouts.Outputs(bucket);
        int status = library.Api.CheckAlgorithm(library.Handle, layouts.Operation, layouts.Weights, layouts.Inputs(bucket), y, y, &algorithm, &answer);
        return status == 0 && answer.State == 0 && answer.WorkspaceBytes <= (nuint)ProductLibrary.WorkspaceBytes;
    }

    private unsafe MatmulHeuristic[] Ask(int bucket)
    {
        const string Doing = "choosing an algorithm";
        CublasLt api = library.Api;
        nint preference = 0;
        var proposals = new MatmulHeuristic[Proposals];
        try
        {
            ulong workspace = (ulong)ProductLibrary.WorkspaceBytes;
            uint noReduction = 0;
            int found = 0;
            library.Context.CheckProduct(api.PreferenceCreate(&preference), Doing);
            library.Context.CheckProduct(api.PreferenceSetAttribute(preference, CublasLt.MaxWorkspaceBytes, &workspace, sizeof(ulong)), Doing);
            library.Context.CheckProduct(api.PreferenceSetAttribute(preference, CublasLt.ReductionSchemeMask, &noReduction, sizeof(uint)), Doing);
            nint y = layouts.Outputs(bucket);
            fixed (MatmulHeuristic* answers = proposals)
            {
                int status = api.GetHeuristic(library.Handle, layouts.Operation, layouts.Weights, layouts.Inputs(bucket), y, y, preference, Proposals, answers, &found);
                if (status is CublasLt.NotSupported or CublasLt.InvalidValue or CublasLt.ArchitectureMismatch)
                    return [];
                library.Context.CheckProduct(status, Doing);
            }

            return proposals[..found];
        }
        finally
        {
            if (preference != 0)
                _ = api.PreferenceDestroy(preference);
        }
    }

    /// <summary>An algorithm, and which numbers of rows it is known to take.</summary>
    private sealed class Candidate(AlgorithmSearch search, MatmulAlgorithm algorithm, int bucket, int rank)
    {
        private readonly bool?[] fits = new bool?[search.Buckets], runs = new bool?[search.Buckets];

        public MatmulAlgorithm Algorithm => algorithm;

        public int Bucket => bucket;

        public int Rank => rank;

        /// <summary>cuBLASLt accepts it.</summary>
        public bool Fits(int at) => fits[at] ??= search.Check(algorithm, at);

        /// <summary>It has computed a product.</summary>
        public bool Runs(int at) => runs[at] ??= search.Try(algorithm, at);
    }
}
