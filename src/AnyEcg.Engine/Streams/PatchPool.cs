using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Lends <see cref="PatchSecond"/>s by lead count and takes them back. Engine thread only.</summary>
internal sealed class PatchPool
{
    /// <summary>Most idle seconds kept for one lead count; more are left to the collector.</summary>
    private const int MaxIdle = 4096;

    private readonly Stack<PatchSecond>[] idle = [.. Enumerable.Range(0, LeadSet.MaxLeads + 1).Select(_ => new Stack<PatchSecond>())];

    /// <summary>Seconds out on loan.</summary>
    public int OnLoan { get; private set; }

    public PatchSecond Rent(int leadCount)
    {
        OnLoan++;
        return idle[leadCount].TryPop(out PatchSecond? patch) ? patch : new PatchSecond(leadCount);
    }

    public void Return(PatchSecond patch)
    {
        OnLoan--;
        patch.Qrs.Clear();
        if (idle[patch.LeadCount].Count < MaxIdle)
            idle[patch.LeadCount].Push(patch);
    }
}
