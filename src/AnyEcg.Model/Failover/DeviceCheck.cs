using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// Whether a device computes what the CPU does: a few seconds of a made-up heart on three leads, one of which comes and goes, once second by second and once
/// all together. A driver, compiler or card with a fault of its own must not judge a patient; bfloat16 moves a probability by far less than what is
/// let through here.
/// </summary>
internal static class DeviceCheck
{
    /// <summary>Greatest difference of a probability.</summary>
    private const float Tolerance = 0.1f;

    private const int Seconds = 12, LeadCount = 3, BeatsOfToken = StepScores.BeatBins * StepScores.BeatClasses;

    private static readonly LeadSet Leads = new(Lead.I, Lead.II, Lead.V1);

    /// <summary>What is wrong with the device; nothing where it computes what the reference does. Leaves no slot open.</summary>
    /// <exception cref="CudaFaultException">The device fails at its first steps.</exception>
    public static DeviceFinding Of(IModelRunner device, IModelRunner reference)
    {
        int rows = Math.Min(Math.Min(device.Info.MaxRows, reference.Info.MaxRows), Math.Min(device.Info.MaxTokens, reference.Info.MaxTokens) / LeadCount);
        if (rows == 0 || !device.TryOpen(LeadCount, out KvSlot alone))
        {
            return default;
        }

        float[] live = Run(device, alone, 1), expected = Run(reference, 1), behind = device.TryOpen(LeadCount, out KvSlot other) ? Run(device, other, rows) : live;
        string remark = live.AsSpan().SequenceEqual(behind) ? "" : "Seconds computed together differ from the same seconds one by one in their last bits: so may the alerts of a replay.";
        return new DeviceFinding(Compare(live, expected) ?? Compare(behind, expected), remark);
    }

    private static string? Compare(float[] actual, float[] expected)
    {
        float worst = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (!float.IsFinite(actual[i]))
            {
                return "a result is not finite";
            }

            worst = Math.Max(worst, Math.Abs(actual[i] - expected[i]));
        }

        return worst <= Tolerance ? null : string.Create(CultureInfo.InvariantCulture, $"a probability differs from the CPU's by {worst:0.00}");
    }

    private static float[] Run(IModelRunner runner, int rows) =>
        runner.TryOpen(LeadCount, out KvSlot slot) ? Run(runner, slot, rows) : throw new InvalidOperationException("The reference has no room.");

    /// <summary>The probabilities of all seconds, and the slot closed again.</summary>
    private static float[] Run(IModelRunner runner, KvSlot slot, int rows)
    {
        StepPlan plan = new(rows, rows * LeadCount);
        StepScores scores = new(rows, rows * LeadCount);
        List<float> all = [];
        PatchSecond patch = new(LeadCount);
        for (int second = 0; second < Seconds;)
        {
            plan.Clear();
            for (; second < Seconds && plan.RowCount < rows; second++)
            {
                Fill(patch, second);
                plan.TryAdd(slot, Leads, patch);
            }

            runner.Step(plan, scores);
            for (int row = 0; row < plan.RowCount; row++)
            {
                all.AddRange(scores.Rhythm.AsSpan(row * RhythmClasses.Count, RhythmClasses.Count));
                all.Add(scores.Anomaly[row]);
                (int first, int end) = (plan.RowTokenStart[row], plan.RowTokenStart[row + 1]);
                all.AddRange(scores.Beats.AsSpan(first * BeatsOfToken, (end - first) * BeatsOfToken));
            }
        }

        runner.Close(slot);
        return [.. all];
    }

    /// <summary>A beat of 1 mV every 0.9 s, smaller from lead to lead; the last lead is away for one second in four.</summary>
    private static void Fill(PatchSecond patch, int second)
    {
        patch.Second = second;
        patch.Present = second % 4 == 2 ? 3u : 7u;
        for (int lead = 0; lead < LeadCount; lead++)
        {
            Span<float> samples = patch.Lead(lead);
            for (int i = 0; i < samples.Length; i++)
            {
                double phase = (second * PatchSecond.PatchSamples + i) % 270 / 270.0;
                samples[i] = (float)((Math.Exp(-Math.Pow((phase - 0.3) / 0.012, 2)) + 0.2 * Math.Exp(-Math.Pow((phase - 0.55) / 0.05, 2))) / (1 + lead));
            }
        }

        patch.Context.AsSpan().Fill(0.25f);
    }
}

/// <summary>How a device computes.</summary>
/// <param name="Fault">Why it must not be used; null where it may.</param>
/// <param name="Remark">What is amiss with it all the same; empty where nothing is.</param>
internal readonly record struct DeviceFinding(string? Fault, string Remark);
