using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Model.Tests;
using AnyEcg.Signal;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The released network on the bundled recordings: bfloat16 on a card must not decide otherwise than the CPU in float32.</summary>
public sealed class EngineDecisionTests
{
    private const double Sample = 1.0 / PatchSecond.ModelRateHz + 1e-9;

    /// <summary>Probabilities nearer to each other than this may change places.</summary>
    private const double Tie = 0.02;

    private static readonly string Manifest = Path.Combine(Released.Folder, "manifest.json");

    [CudaEmulatorTheory]
    [InlineData("sinus_103")]
    [InlineData("af_219")]
    [InlineData("bigeminy_200")]
    [InlineData("runs_233")]
    [InlineData("vf_cu01")]
    [InlineData("af_A00395")]
    [InlineData("noise_A02874")]
    [InlineData("leadoff_100")]
    public void BundledRecording_BfloatOnTheEmulatedCard_DecidedAsByTheCpu(string recording)
    {
        using CudaEmulator card = CudaEmulator.Open();
        using IModelRunner cpu = ModelLoader.Load(Manifest, new CpuModelOptions { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 64, MaxTokens = 128 });
        CudaModelOptions options = new()
        {
            Libraries = [card.Folder],
            KernelCache = card.Folder,
            MaxSlots = 2,
            MaxLeadSlots = 4,
            MaxRows = 64,
            MaxTokens = 128,
            MaxPassTokens = 64,
        };
        using IModelRunner cuda = ModelLoader.Load(Manifest, new ModelOptions { Device = ModelDevice.Cuda, Cuda = options });
        EngineDecisions expected = EngineDecisions.Of(cpu, recording), actual = EngineDecisions.Of(cuda, recording);

        Assert.Equal(expected.Record.Strip, actual.Record.Strip);
        AssertAll(expected.Record.Alerts, actual.Record.Alerts, Same);
        AssertAll(expected.Record.Beats, actual.Record.Beats, (a, b) => a.Class == b.Class && Math.Abs(a.Seconds - b.Seconds) < Sample);
        AssertAll(expected.Rhythms, actual.Rhythms, (a, b) => a.Max() - a[Highest(b)] < Tie);
    }

    private static void AssertAll<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual, Func<T, T, bool> same)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.True(same(pair.First, pair.Second), $"{pair.First} was decided as {pair.Second}"));
    }

    /// <summary>The same alert, its onset and end within a sample: a beat's place within its bin is a number, not a decision.</summary>
    private static bool Same(RecordAlert a, RecordAlert b) =>
        (a.Kind, a.Priority, a.EndSeconds is null) == (b.Kind, b.Priority, b.EndSeconds is null)
        && Math.Abs(a.OnsetSeconds - b.OnsetSeconds) < Sample && Math.Abs(a.DecidedSeconds - b.DecidedSeconds) < Sample
        && Math.Abs((a.EndSeconds ?? 0) - (b.EndSeconds ?? 0)) < Sample;

    private static int Highest(float[] values) => Array.IndexOf(values, values.Max());
}
