using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>Rows of a plan that are computed together.</summary>
/// <param name="FirstRow">First row of the plan.</param>
/// <param name="EndRow">The row after the last.</param>
/// <param name="FirstToken">First token of the plan.</param>
/// <param name="EndToken">The token after the last.</param>
/// <param name="MostCrossKeys">No fewer than the keys of other leads that its rows have.</param>
/// <param name="IsLive">No slot has two rows here: no row reads what another one writes.</param>
internal readonly record struct PassRange(int FirstRow, int EndRow, int FirstToken, int EndToken, int MostCrossKeys, bool IsLive)
{
    /// <summary>Keys of other leads that there is room for, per token that there is room for.</summary>
    public const int CrossKeysPerToken = 2;

    public int Rows => EndRow - FirstRow;

    public int Tokens => EndToken - FirstToken;

    /// <summary>Tokens that there must be room for.</summary>
    public int Room => Math.Max(Tokens, (MostCrossKeys + CrossKeysPerToken - 1) / CrossKeysPerToken);

    /// <summary>As many rows from <paramref name="firstRow"/> on as there is room for in <paramref name="maxTokens"/>, and one at least.</summary>
    public static PassRange Cut(StepPlan plan, PlanIndex index, int firstRow, int maxTokens)
    {
        int row = firstRow, cross = 0, firstToken = plan.RowTokenStart[firstRow];
        bool live = true;
        while (row < plan.RowCount)
        {
            int leads = index.LeadCount(row);
            int keys = leads > 1 ? CrossKeysPerToken * leads : 0;
            if (plan.RowTokenStart[row + 1] - firstToken > maxTokens || cross + keys > CrossKeysPerToken * maxTokens)
            {
                break;
            }

            live &= index.PreviousRow[row] < firstRow;
            cross += keys;
            row++;
        }

        return new PassRange(firstRow, row, firstToken, plan.RowTokenStart[row], cross, live);
    }
}
