using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// Whether a device computes what the CPU does: a made-up heart, until the window is past, on three leads, one of which comes and goes; once second by
/// second with a part that is behind, and once all together. A driver, compiler or card with a fault of its own must not judge a patient; bfloat16 moves a
/// probability by far less than what is let through here. Compared are the heads that judge a second or an epoch and those that find beats; codes, surprise
/// and reconstructions are not.
/// </summary>
internal static class DeviceCheck
{
    /// <summary>Greatest difference of a probability, and of the place of a beat within its bin.</summary>
    private const float Tolerance = 0.1f;

    /// <summary>Seconds one by one, at the start and when the window is past, and how far the part that is behind goes beyond it.</summary>
    private const int Few = 6, Beyond = 4;

    private const int MostLeads = 3, BeatsOfToken = StepScores.BeatBins * StepScores.BeatClasses;

    private static readonly Lead[] Leads = [Lead.I, Lead.II, Lead.V1];

    /// <summary>What is wrong with the device; nothing where it computes what the reference does. Leaves no slot open.</summary>
    /// <param name="device">No slot need be open; fewer leads are computed where it has no room for three.</param>
    /// <param name="reference">Has room for a stream of three leads.</param>
    /// <param name="config">Of the network of both.</param>
    /// <exception cref="CudaFaultException">The device fails at its first steps.</exception>
    public static DeviceFinding Of(IModelRunner device, IModelRunner reference, NetworkConfig config)
    {
        int tokens = Math.Min(device.Info.MaxTokens, reference.Info.MaxTokens), leads = Math.Min(MostLeads, tokens);
        while (leads > 0 && !HasRoom(device, leads))
            leads--;
        if (leads == 0)
            return default;

        int rows = Math.Min(Math.Min(device.Info.MaxRows, reference.Info.MaxRows), tokens / leads);
        Course course = new(leads, rows, config.Window + Beyond + Few, config.ArrhythmiaClasses);
        int behind = Math.Max(Few, config.Window + Beyond);
        float[] expected = Run(reference, course, 0, course.Seconds);
        float[] live = Run(device, course, Few, behind), together = Run(device, course, 0, course.Seconds);
        string remark = live.AsSpan().SequenceEqual(together) ? "" : "Seconds computed together differ from the same seconds one by one in their last bits: so may the alerts of a replay.";
        return new DeviceFinding(Compare(live, expected) ?? Compare(together, expected), remark);
    }

    private static bool HasRoom(IModelRunner runner, int leads)
    {
        bool opened = runner.TryOpen(leads, out KvSlot slot);
        if (opened)
            runner.Close(slot);
        return opened;
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

        return worst <= Tolerance ? null : string.Create(CultureInfo.InvariantCulture, $"a result differs from the CPU's by {worst:0.00}");
    }

    /// <summary>The results of all seconds, those of [first, end) computed in plans as large as may be, and the slot closed again.</summary>
    private static float[] Run(IModelRunner runner, Course course, int first, int end)
    {
        if (!runner.TryOpen(course.Leads, out KvSlot slot))
            throw new InvalidOperationException("There is no room for the check.");
        StepPlan plan = new(course.Rows, course.Rows * course.Leads);
        StepScores scores = new(course.Rows, course.Rows * course.Leads, course.ArrhythmiaClasses);
        LeadSet leads = new(Leads.AsSpan(0, course.Leads));
        PatchSecond patch = new(course.Leads);
        List<float> all = [];
        for (int second = 0; second < course.Seconds;)
        {
            plan.Clear();
            int stop = second < first || second >= end ? second + 1 : Math.Min(end, second + course.Rows);
            for (; second < stop; second++)
            {
                Fill(patch, course.Leads, second);
                plan.TryAdd(slot, leads, patch);
            }

            runner.Step(plan, scores);
            for (int row = 0; row < plan.RowCount; row++)
                Take(plan, scores, row, all);
        }

        runner.Close(slot);
        return [.. all];
    }

    private static void Take(StepPlan plan, StepScores scores, int row, List<float> all)
    {
        all.AddRange(scores.Rhythm.AsSpan(row * RhythmClasses.Count, RhythmClasses.Count));
        all.AddRange(scores.Strip.AsSpan(row * StripLabels.Count, StripLabels.Count));
        all.AddRange(scores.Arrhythmia.AsSpan(row * scores.ArrhythmiaClasses, scores.ArrhythmiaClasses));
        all.Add(scores.Anomaly[row]);
        all.Add(scores.RecordAnomaly[row]);
        (int first, int end) = (plan.RowTokenStart[row], plan.RowTokenStart[row + 1]);
        all.AddRange(scores.Beats.AsSpan(first * BeatsOfToken, (end - first) * BeatsOfToken));
        all.AddRange(scores.BeatOffset.AsSpan(first * StepScores.BeatBins, (end - first) * StepScores.BeatBins));
    }

    /// <summary>A beat of 1 mV every 0.9 s, smaller from lead to lead; the last of several leads is away for one second in four.</summary>
    private static void Fill(PatchSecond patch, int leads, int second)
    {
        patch.Second = second;
        patch.Present = (1u << leads - (leads > 1 && second % 4 == 2 ? 1 : 0)) - 1;
        for (int lead = 0; lead < leads; lead++)
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

    /// <param name="Leads">Leads of the stream.</param>
    /// <param name="Rows">Rows of the largest plan.</param>
    /// <param name="Seconds">Length.</param>
    /// <param name="ArrhythmiaClasses">Of the network.</param>
    private readonly record struct Course(int Leads, int Rows, int Seconds, int ArrhythmiaClasses);
}

/// <summary>How a device computes.</summary>
/// <param name="Fault">Why it must not be used; null where it may.</param>
/// <param name="Remark">What is amiss with it all the same; empty where nothing is.</param>
internal readonly record struct DeviceFinding(string? Fault, string Remark);
