using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// The arrays of plans and scores, locked for the device's copies when a runner first sees them. The few that an engine uses stay locked; of many, the
/// oldest is let go. Nothing may be copied meanwhile.
/// </summary>
internal sealed class HostArrays(CudaContext context) : IDisposable
{
    private const int Most = 8;

    private readonly List<(object Owner, HostRegistration[] Locks)> known = [];

    /// <summary>Why some array is not locked; empty while none is refused.</summary>
    public string Refusal { get; private set; } = "";

    public void Lock(StepPlan plan)
    {
        if (!Knows(plan))
        {
            Add(plan, [HostRegistration.Of(context, plan.Patches), HostRegistration.Of(context, plan.RowContext)]);
        }
    }

    public void Lock(StepScores scores)
    {
        if (!Knows(scores))
        {
            float[][] arrays = [scores.Rhythm, scores.Anomaly, scores.Beats, scores.BeatOffset, scores.Surprise, scores.Arrhythmia, scores.RecordAnomaly, scores.Strip, scores.Reconstruction];
            Add(scores, [.. arrays.Select(array => HostRegistration.Of(context, array)), HostRegistration.Of(context, scores.Code)]);
        }
    }

    public void Dispose()
    {
        while (known.Count > 0)
        {
            Forget(known.Count - 1);
        }
    }

    private bool Knows(object owner)
    {
        for (int i = 0; i < known.Count; i++)
        {
            if (ReferenceEquals(known[i].Owner, owner))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(object owner, HostRegistration[] locks)
    {
        if (known.Count == Most)
        {
            Forget(0);
        }

        known.Add((owner, locks));
        Refusal = locks.Select(one => one.Refusal).FirstOrDefault(refusal => refusal is not null) ?? Refusal;
    }

    private void Forget(int which)
    {
        foreach (HostRegistration one in known[which].Locks)
        {
            one.Dispose();
        }

        known.RemoveAt(which);
    }
}
