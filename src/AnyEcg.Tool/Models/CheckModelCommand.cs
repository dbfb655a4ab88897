using System.CommandLine;
using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// `anyecg check-model`: do these weights load, does every tensor fit the manifest, and does the network run on this machine with
/// finite results that do not depend on the batch?
/// </summary>
internal static class CheckModelCommand
{
    private const int Seconds = EngineOptions.MaxConsecutiveSeconds;

    public static Command Create()
    {
        Option<string> model = ModelOption.Create();
        Option<string> engine = ModelOption.Engine();
        Command command = new("check-model", "Check weights against their manifest and run the network once.") { model, engine };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(engine)));
        return command;
    }

    private static int Run(string folder, string engine)
    {
        try
        {
            using IModelRunner runner = ModelOption.Load(
                folder, ModelOption.On(engine, new CpuModelOptions { MaxSlots = 4, MaxLeadSlots = 8, MaxRows = 64, MaxTokens = 128 }));
            Console.WriteLine($"model        {runner.Info.ModelId}");
            Console.WriteLine($"engine       {runner.Info.Engine}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory       {runner.Info.BytesPerLead / 1024.0:0} KiB of keys and values per lead"));
            bool reconstructs = ModelLoader.LoadReconstruction(Path.Combine(folder, "manifest.json")) is not null;
            Console.WriteLine($"lost leads   {(reconstructs ? "ok: the file of their population is the manifest's" : "no file of their population")}");
            string? fault = Probe(runner);
            Console.WriteLine(fault is null ? "run          ok: finite, and the same alone and in a batch" : $"run          FAILED: {fault}");
            return fault is null ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failed;
        }
    }

    /// <summary>The same seconds one by one and all together must give the same bits.</summary>
    private static string? Probe(IModelRunner runner)
    {
        LeadSet leads = new(Lead.II);
        StepScores alone = new(Seconds, Seconds), together = new(Seconds, Seconds);
        runner.TryOpen(1, out KvSlot first);
        runner.TryOpen(1, out KvSlot second);
        StepPlan plan = new(Seconds, Seconds);
        float[] single = new float[Seconds * RhythmClasses.Count];
        for (int k = 0; k < Seconds; k++)
        {
            plan.Clear();
            plan.TryAdd(first, leads, Second(k));
            runner.Step(plan, alone);
            alone.Rhythm.AsSpan(0, RhythmClasses.Count).CopyTo(single.AsSpan(k * RhythmClasses.Count));
        }

        plan.Clear();
        for (int k = 0; k < Seconds; k++)
        {
            plan.TryAdd(second, leads, Second(k));
        }

        runner.Step(plan, together);
        if (single.Any(p => !float.IsFinite(p)))
        {
            return "a result is not finite";
        }

        return single.AsSpan().SequenceEqual(together.Rhythm.AsSpan(0, single.Length)) ? null : "results depend on the batch";
    }

    private static PatchSecond Second(int k)
    {
        PatchSecond second = new(1) { Second = k, Present = 1 };
        for (int i = 0; i < PatchSecond.PatchSamples; i++)
        {
            double phase = (i + (17 * k)) % 270 / 270.0;
            second.Samples[i] = (float)(Math.Exp(-Math.Pow((phase - 0.3) / 0.012, 2)) + (0.2 * Math.Exp(-Math.Pow((phase - 0.55) / 0.05, 2))));
        }

        return second;
    }
}
