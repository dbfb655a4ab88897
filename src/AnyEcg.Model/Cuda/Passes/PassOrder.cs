namespace AnyEcg.Model;

/// <summary>
/// The tokens of each lead within one pass, ascending, lead after lead in one list: what a token sees of its lead's earlier tokens of the pass is a
/// range of it.
/// </summary>
internal sealed unsafe class PassOrder(PlanIndex index, int maxTokens)
{
    private readonly int[] final = new int[maxTokens];
    private readonly int[] length = new int[maxTokens];
    private readonly int[] place = new int[maxTokens];
    private PassRange pass;
    private int used;

    /// <summary>Begins a pass: finds each token's last successor, and how many there are.</summary>
    public void Link(PassRange range)
    {
        pass = range;
        used = 0;
        for (int token = pass.EndToken - 1; token >= pass.FirstToken; token--)
        {
            int next = index.NextToken[token], at = token - pass.FirstToken;
            bool follows = next >= 0 && next < pass.EndToken;
            final[at] = follows ? final[next - pass.FirstToken] : token;
            length[at] = follows ? length[next - pass.FirstToken] + 1 : 1;
        }
    }

    /// <summary>The last token of this token's lead in the pass.</summary>
    public int FinalOf(int token) => final[token - pass.FirstToken];

    /// <summary>Puts the next token of the pass in its place, and tells it which earlier ones it sees: those from second <paramref name="lowest"/> on.</summary>
    public void Place(int token, int previous, long lowest, PassMemory to)
    {
        int at = token - pass.FirstToken, start = 0, end = 0;
        TokenMeta* meta = to.Tokens + at;
        if (previous >= 0)
        {
            // What a token no longer sees, no later token of its lead does.
            start = to.Tokens[previous - pass.FirstToken].OwnStart;
            end = place[previous - pass.FirstToken] + 1;
            while (start < end && index.Second(to.Order[start] + pass.FirstToken) < lowest)
            {
                start++;
            }
        }

        if ((meta->Flags & TokenFlags.ReadOnly) == 0)
        {
            place[at] = previous >= 0 ? end : used;
            used += previous >= 0 ? 0 : length[at];
            to.Order[place[at]] = at;
            start = previous >= 0 ? start : place[at];
        }

        meta->OwnStart = start;
        meta->OwnCount = previous >= 0 ? end - start : 0;
    }
}
