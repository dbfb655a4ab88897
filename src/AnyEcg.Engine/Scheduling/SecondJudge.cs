using System.Numerics;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Turns a second of a stream, with its scores or without, into an observation and hands it to the stream's alert rules and
/// rhythm summary. Engine thread only.
/// </summary>
internal sealed class SecondJudge(
    EngineOptions options, AlertSettings settings, BeatFinder finder, IEngineOutput output, EngineCounters counters, TimeProvider time) : IAlertSink
{
    private readonly SecondObservation observation = new();
    private volatile bool replaying;

    public PatchPool Pool { get; } = new();

    /// <inheritdoc cref="StreamEngine.Replaying"/>
    public bool Replaying
    {
        get => replaying;
        set => replaying = value;
    }

    public void Emit(AlertTransition transition) => output.Alert(transition);

    /// <summary>The stream's alerts; made when first needed.</summary>
    public AlertPolicy PolicyOf(StreamSession session) =>
        session.Policy ??= new(session.Key, settings, counters.Alerts, historical: session.IsPast);

    /// <summary>The stream's rhythm; made when first needed.</summary>
    public RhythmTracker TrackerOf(StreamSession session) =>
        session.Tracker ??= new RhythmTracker(session.Key, settings, options.RhythmPeriodSeconds);

    /// <summary>Judges a second by its row of the step.</summary>
    public void Scored(StreamSession session, PatchSecond patch, StepPlan plan, StepScores scores, int row)
    {
        observation.Beats.Clear();
        finder.Find(plan, scores, row, patch, session.Awake!.Beats, observation.Beats);
        scores.Rhythm.AsSpan(row * RhythmClasses.Count, RhythmClasses.Count).CopyTo(observation.Rhythm);
        scores.Strip.AsSpan(row * StripLabels.Count, StripLabels.Count).CopyTo(observation.Strip);
        observation.Anomaly = scores.Anomaly[row];
        observation.Surprise = SurpriseOf(plan, scores, row);
        observation.Scored = true;
        counters.PatchesScored += BitOperations.PopCount(patch.Present);
        Observe(session, patch);
        if (!session.IsPast && !Replaying)
            counters.FrameToAlert.Record((NowNs() - patch.CompletedNs) * 1e-9);
        Pool.Return(patch);
    }

    /// <summary>Judges a second without the network: it has no token, or was skipped.</summary>
    public void Unscored(StreamSession session, PatchSecond patch)
    {
        BeatFinder.Skip(session.Awake!.Beats, patch);
        observation.Beats.Clear();
        Array.Clear(observation.Rhythm);
        Array.Clear(observation.Strip);
        observation.Anomaly = 0;
        observation.Surprise = 0;
        observation.Scored = false;
        Observe(session, patch);
        Pool.Return(patch);
    }

    public long NowNs() => time.NowNs();

    private static float SurpriseOf(StepPlan plan, StepScores scores, int row)
    {
        float sum = 0;
        int predicted = 0;
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            sum += scores.Surprise[token];
            predicted += scores.Surprise[token] > 0 ? 1 : 0;
        }

        return predicted > 0 ? sum / predicted : 0;
    }

    private void Observe(StreamSession session, PatchSecond patch)
    {
        observation.Epoch = patch.Epoch;
        observation.Second = patch.Second;
        observation.StartNs = patch.StartNs;
        observation.CompletedNs = patch.CompletedNs;
        observation.LeadCount = patch.LeadCount;
        observation.Present = patch.Present;
        patch.Flags.CopyTo(observation.Flags, 0);
        patch.MissingShare.CopyTo(observation.MissingShare, 0);
        observation.Qrs.Clear();
        observation.Qrs.AddRange(patch.Qrs);
        counters.SecondsObserved++;
        PolicyOf(session).Observe(observation, this);
        if (session.IsPast)
            return;
        if (TrackerOf(session).Observe(observation) is { } summary)
            output.Rhythm(summary);
        output.Result(session.Key, patch, observation);
    }
}
