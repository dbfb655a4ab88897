using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>What every engine refuses before it begins a step.</summary>
internal static class StepChecks
{
    /// <exception cref="ArgumentException">The plan is larger than the runner takes, or the scores have no room for what it asks.</exception>
    public static void Check(StepPlan plan, StepScores scores, ModelRunnerInfo info, int arrhythmiaClasses)
    {
        if (plan.RowCount > info.MaxRows || plan.TokenCount > info.MaxTokens)
        {
            throw new ArgumentException($"A plan of {plan.RowCount} rows and {plan.TokenCount} tokens; this runner takes {info.MaxRows} and {info.MaxTokens}.", nameof(plan));
        }

        if (scores.Code.Length < plan.TokenCount || scores.Anomaly.Length < plan.RowCount)
        {
            throw new ArgumentException("The scores are smaller than the plan.", nameof(scores));
        }

        if (scores.ArrhythmiaClasses != 0 && scores.ArrhythmiaClasses != arrhythmiaClasses)
        {
            throw new ArgumentException($"Scores for {scores.ArrhythmiaClasses} arrhythmia classes; the network has {arrhythmiaClasses}.", nameof(scores));
        }

        bool reads = (info.Heads & ModelHeads.Reconstruction) != 0 && plan.TokenReadOnly.AsSpan(0, plan.TokenCount).Contains(true);
        if (reads && scores.Reconstruction.Length == 0)
        {
            throw new ArgumentException("The plan asks for reconstructions and the scores have no room for them.", nameof(scores));
        }
    }
}
