using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>When the lead is lost.</summary>
internal enum LeadLoss
{
    /// <summary>Never seen: all seconds are scored.</summary>
    WholeRecord = 0,

    /// <summary>Seen for five seconds; the seconds after them are scored.</summary>
    AfterFiveSeconds = 1,
}

/// <summary>How the lost lead is made.</summary>
internal enum LeadMethod
{
    Reconstruction = 0,

    /// <summary>Least squares from the seven others at the same instant, fitted on a population.</summary>
    PopulationLeastSquares = 1,

    /// <summary>The same, fitted on the record's own five seconds before the loss.</summary>
    RecordLeastSquares = 2,

    /// <summary>The same, fitted on the very seconds that are scored: what no method can know.</summary>
    InSampleLeastSquares = 3,
}

/// <summary>One lead taken from one record, made by one method.</summary>
internal sealed record LeadCase(LeadLoss Loss, Lead Lead, LeadMethod Method, LeadFit Fit);

/// <summary>A record with the leads V1 ... V6 taken away one at a time.</summary>
internal sealed record LeadRecord(string Name, IReadOnlyList<LeadCase> Cases);

/// <summary>Takes the chest leads of a 12-lead record away, one at a time, after the worker's own signal path.</summary>
internal sealed class LeadTrial(LeadPopulations population)
{
    public const int SecondsSeen = 5;

    private static readonly Lead[] Basis = [Lead.I, Lead.II, Lead.V1, Lead.V2, Lead.V3, Lead.V4, Lead.V5, Lead.V6];

    /// <summary>Null for a record without I, II and V1 ... V6 throughout, or too short.</summary>
    /// <exception cref="RecordingFormatException">The record is damaged.</exception>
    public LeadRecord? Run(string path, RecordingOptions options)
    {
        using FrameSource frames = FrameSource.Open(path, new FrameSourceOptions { Recording = options });
        LeadSet leads = frames.Format.Leads;
        SecondKeeper kept = new(leads.Count);
        StreamSignal signal = new(frames.Format, new StreamSignalOptions());
        EcgFrame frame = new();
        while (frames.TryNext(frame))
        {
            signal.Push(frame, kept);
        }

        int[] at = [.. Basis.Select(lead => leads.Leads.IndexOf(lead))];
        if (at.Contains(-1) || kept.Seconds.Count <= SecondsSeen || kept.Seconds.Exists(second => at.Any(lead => (second.Present >> lead & 1) == 0)))
        {
            return null;
        }

        float[][] basis = [.. at.Select(lead => kept.Seconds.SelectMany(second => second.Lead(lead).ToArray()).ToArray())];
        List<LeadCase> cases = [];
        for (int lost = 2; lost < Basis.Length; lost++)
        {
            cases.AddRange(Lose(leads, kept.Seconds, basis, lost, at[lost], LeadLoss.WholeRecord));
            cases.AddRange(Lose(leads, kept.Seconds, basis, lost, at[lost], LeadLoss.AfterFiveSeconds));
        }

        return new LeadRecord(frames.RecordName, cases);
    }

    private IEnumerable<LeadCase> Lose(LeadSet leads, List<PatchSecond> seconds, float[][] basis, int lost, int index, LeadLoss loss)
    {
        int seen = loss == LeadLoss.WholeRecord ? 0 : SecondsSeen;
        int first = seen * PatchSecond.PatchSamples;
        double[] people = [.. population.LeastSquares.Select(value => (double)value)];
        yield return Case(LeadMethod.Reconstruction, Reconstruct(leads, seconds, index, seen));
        yield return Case(LeadMethod.PopulationLeastSquares, Fitted(people));
        if (seen > 0)
        {
            yield return Case(LeadMethod.RecordLeastSquares, Fitted(LeastSquares.Moments(basis, 0, first)));
        }

        yield return Case(LeadMethod.InSampleLeastSquares, Fitted(LeastSquares.Moments(basis, first, basis[lost].Length)));

        float[] Fitted(double[] moments) => LeastSquares.Apply(basis, lost, LeastSquares.Weights(moments, lost), first);

        LeadCase Case(LeadMethod method, float[] made) => new(loss, Basis[lost], method, LeadFit.Of(basis[lost].AsSpan(first), made));
    }

    private float[] Reconstruct(LeadSet leads, List<PatchSecond> seconds, int lost, int seen)
    {
        LeadReconstructor reconstructor = new(leads, population.Population);
        float[] made = new float[(seconds.Count - seen) * PatchSecond.PatchSamples];
        for (int k = 0; k < seconds.Count; k++)
        {
            uint whole = seconds[k].Present;
            if (k >= seen)
            {
                seconds[k].Present &= ~(1u << lost);
            }

            reconstructor.Push(seconds[k]);
            seconds[k].Present = whole;
            if (k >= seen)
            {
                reconstructor.TryReconstruct(lost, made.AsSpan((k - seen) * PatchSecond.PatchSamples, PatchSecond.PatchSamples), out _);
            }
        }

        return made;
    }
}

/// <summary>Keeps every second that a signal path gives out.</summary>
internal sealed class SecondKeeper(int leadCount) : IPatchSink
{
    public List<PatchSecond> Seconds { get; } = [];

    public PatchSecond Rent(int leads) => new(leadCount);

    public void Emit(PatchSecond second) => Seconds.Add(second);
}
