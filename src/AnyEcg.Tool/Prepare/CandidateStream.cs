using System.Globalization;
using System.Numerics;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Some leads of a recording as a stream of their own, up to the beat candidates. One thread.</summary>
internal sealed class CandidateStream : IDisposable
{
    private readonly IModelRunner model;
    private readonly LeadSet leads;
    private readonly int[] from;
    private readonly KvSlot slot;
    private readonly PatchSecond own;
    private readonly StepPlan plan;
    private readonly StepScores scores;
    private readonly StreamBeats state;
    private readonly BeatFinder finder;
    private readonly List<Beat> beats = [];
    private readonly List<float> rows = [];
    private readonly List<BeatCandidate> candidates = [];

    public CandidateStream(IModelRunner model, LeadSet all, uint mask)
    {
        this.model = model;
        from = [.. Enumerable.Range(0, all.Count).Where(lead => (mask >> lead & 1) != 0)];
        leads = new LeadSet([.. from.Select(lead => all[lead])]);
        Name = from.Length == all.Count ? "all" : string.Create(CultureInfo.InvariantCulture, $"lead{from[0]}");
        own = new PatchSecond(from.Length);
        plan = new StepPlan(1, from.Length);
        scores = new StepScores(1, from.Length);
        state = new StreamBeats(from.Length, judged: true);
        finder = new BeatFinder(new EngineOptions().BeatThreshold, judge: null) { Observer = Keep };
        if (!model.TryOpen(from.Length, out slot))
            throw new InvalidOperationException("The runner has no slot left.");
    }

    public string Name { get; }

    public int LeadCount => from.Length;

    public IReadOnlyList<BeatCandidate> Candidates => candidates;

    public float[] Rows => [.. rows];

    public void Take(PatchSecond second)
    {
        Copy(second);
        if (own.Present == 0)
        {
            BeatFinder.Skip(state, own);
            return;
        }

        plan.Clear();
        plan.TryAdd(slot, leads, own);
        model.Step(plan, scores);
        beats.Clear();
        finder.Find(plan, scores, 0, own, state, beats);
    }

    public void Dispose() => model.Close(slot);

    private void Copy(PatchSecond second)
    {
        (own.Epoch, own.Second, own.Present) = (second.Epoch, second.Second, 0);
        for (int lead = 0; lead < from.Length; lead++)
        {
            own.Present |= (second.Present >> from[lead] & 1) << lead;
            own.Flags[lead] = second.Flags[from[lead]];
            second.Lead(from[lead]).CopyTo(own.Lead(lead));
            second.FeatureOf(from[lead]).CopyTo(own.FeatureOf(lead));
        }

        own.Qrs.Clear();
        foreach (QrsDetection found in second.Qrs)
        {
            int lead = Array.IndexOf(from, found.Lead);
            if (lead >= 0)
                own.Qrs.Add(found with { Lead = lead });
        }
    }

    private void Keep(in BeatCandidate candidate, ReadOnlySpan<float> all, int count)
    {
        candidates.Add(candidate);
        for (int lead = 0; lead < LeadCount; lead++)
        {
            // An absent lead has no row; the others stand in their order, and zeros say that it said nothing.
            bool there = (own.Present >> lead & 1) != 0;
            int row = BitOperations.PopCount(own.Present & ((1u << lead) - 1));
            rows.AddRange(there ? all.Slice(row * BeatFeatures.Count, BeatFeatures.Count) : new float[BeatFeatures.Count]);
        }
    }
}

/// <summary>Hands each second to all streams.</summary>
internal sealed class CandidateSink(IReadOnlyList<CandidateStream> streams) : IPatchSink
{
    private PatchSecond? lent;

    /// <summary>Seconds seen so far, gaps included.</summary>
    public long Seconds { get; private set; }

    public PatchSecond Rent(int leadCount) => lent ??= new PatchSecond(leadCount);

    public void Emit(PatchSecond second)
    {
        Seconds = second.Second + 1;
        foreach (CandidateStream stream in streams)
            stream.Take(second);
    }
}
