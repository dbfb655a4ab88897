using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// A plan cut into chunks of whole rows that are computed together, and the chunks into groups, each the work of one thread. Filled on the
/// engine thread before the workers start.
/// </summary>
internal sealed class StepChunks(int maxRows)
{
    /// <summary>
    /// Most tokens of a chunk: two blocks of the product kernels, and a row of all leads. The rings of two chunks and the weights of a layer
    /// fit into a second-level cache of 2 MB.
    /// </summary>
    public const int Tokens = Signal.LeadSet.MaxLeads;

    private const int GroupChunks = 4;

    private readonly int[] firstRow = new int[maxRows + 1];
    private readonly int[] firstToken = new int[maxRows + 1];
    private int perGroup;

    public int Count { get; private set; }

    public int Groups => (Count + perGroup - 1) / perGroup;

    public (int Start, int End) Rows(int chunk) => (firstRow[chunk], firstRow[chunk + 1]);

    public (int Start, int End) TokensOf(int chunk) => (firstToken[chunk], firstToken[chunk + 1]);

    public (int Start, int End) ChunksOf(int group) => (group * perGroup, Math.Min((group + 1) * perGroup, Count));

    /// <summary>Cuts a plan for so many threads.</summary>
    public void Cut(StepPlan plan, int workers)
    {
        Count = 0;
        for (int row = 0; row < plan.RowCount; row++)
        {
            if (row == 0 || plan.RowTokenStart[row + 1] - firstToken[Count - 1] > Tokens)
            {
                firstRow[Count] = row;
                firstToken[Count++] = plan.RowTokenStart[row];
            }
        }

        firstRow[Count] = plan.RowCount;
        firstToken[Count] = plan.TokenCount;
        perGroup = Math.Max((Count + Shares(workers) - 1) / Shares(workers), 1);
    }

    /// <summary>
    /// Groups of the plan. A group reads all weights once, and waking a thread costs as much as a few tokens, so groups are large and a small
    /// plan is one; a large plan has two for each thread, so that a thread that the system takes away for a while leaves its second one to
    /// the others.
    /// </summary>
    private int Shares(int workers) => Math.Clamp(Count / GroupChunks, 1, workers == 1 ? 1 : 2 * workers);
}
