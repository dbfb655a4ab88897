using AnyEcg.Engine;
using AnyEcg.Signal;
using Xunit.Abstractions;

namespace AnyEcg.Model.Tests;

/// <summary>Invariant 2 across languages: token by token here equals one masked pass over the whole stream in PyTorch.</summary>
public sealed class ParityTests(ITestOutputHelper output)
{
    private const float Tolerance = 1e-4f;

    // Keys and values in 16 bits move the final state of a network of random weights by up to 1.2e-4 of its spread; its heads less.
    private const float StateTolerance = 2e-4f;

    private bool units;
    private float allowance = 1;

    [Theory]
    [InlineData("one-lead-ten-minutes")]
    [InlineData("three-leads")]
    [InlineData("two-leads-far")]
    public void Step_SecondBySecond_EqualsTheOfflinePassOfPyTorch(string name) => Compare(Expected.Manifest, name);

    /// <summary>Products in bfloat16: heads within 0.02, of probabilities as of logarithms; final states within 0.04 of their spread; rhythm codes equal.</summary>
    [MatrixUnitsFact]
    public void Step_ReleasedWeightsOnMatrixUnits_AreNearTheOfflinePassOfPyTorch()
    {
        (units, allowance) = (true, 200);
        CompareReleased();
    }

    [Fact]
    public void Step_ReleasedWeights_EqualTheOfflinePassOfPyTorch() => CompareReleased();

    private void CompareReleased()
    {
        string models = Path.Combine(AppContext.BaseDirectory, "Models");
        string[] manifests = Directory.Exists(models) ? Directory.GetFiles(models, "*.json", SearchOption.AllDirectories) : [];
        foreach (string manifest in manifests)
        {
            string name = $"released-{Path.GetFileNameWithoutExtension(manifest)}";
            if (File.Exists(Path.Combine(Expected.Folder, $"{name}.safetensors")))
            {
                Compare(manifest, name);
            }
            else
            {
                output.WriteLine($"Skipped {manifest}: no reference outputs; write them with training/fixtures.py.");
            }
        }
    }

    private void Compare(string manifest, string name)
    {
        Expected expected = Expected.Load(name);
        TestStream stream = expected.Stream;
        CpuModelOptions options = new() { Threads = 1, MaxSlots = 1, MaxLeadSlots = 3, MaxRows = 1, MaxTokens = 3, UntrainedHeads = true, UseMatrixUnits = units };
        using IModelRunner runner = ModelLoader.Load(manifest, options);
        Assert.True(runner.TryOpen(stream.Leads.Count, out KvSlot slot));
        StepPlan plan = new(1, stream.Leads.Count);
        StepScores scores = new(1, stream.Leads.Count, expected["arrhythmia"].Length / expected.At.Length, reconstruction: true);
        PatchSecond patch = new(stream.Leads.Count);
        int compared = 0;
        for (int offset = 0; offset < stream.Seconds; offset++)
        {
            int at = Array.IndexOf(expected.At, offset);
            if (stream.TryGet(offset, patch))
            {
                plan.Clear();
                Assert.True(plan.TryAdd(slot, stream.Leads, patch, reconstruct: uint.MaxValue));
                runner.Step(plan, scores);
                if (at >= 0)
                {
                    compared++;
                    CompareRow(expected, at, scores);
                    CompareTokens(expected, at, offset, plan, scores, (CpuModelRunner)runner);
                }
            }
        }

        Assert.Equal(expected.At.Length, compared);
    }

    private void CompareRow(Expected expected, int at, StepScores scores)
    {
        Close(expected["rhythm"], at, scores.Rhythm, 0, RhythmClasses.Count);
        Close(expected["anomaly"], at, scores.Anomaly, 0, 1);
        Close(expected["record_anomaly"], at, scores.RecordAnomaly, 0, 1);
        Close(expected["strip"], at, scores.Strip, 0, StripLabels.Count);
        Close(expected["arrhythmia"], at, scores.Arrhythmia, 0, scores.ArrhythmiaClasses);
    }

    private void CompareTokens(Expected expected, int at, int offset, StepPlan plan, StepScores scores, CpuModelRunner runner)
    {
        for (int token = 0; token < plan.TokenCount; token++)
        {
            int lead = plan.TokenLeadIndex[token];
            int place = lead * expected.At.Length + at;
            float[] state = runner.FinalState(token).ToArray();
            Close(expected["states"], place, state, 0, state.Length, StateTolerance);
            if (plan.TokenReadOnly[token])
            {
                CompareReconstruction(expected, lead, offset, scores.Reconstruction, token);
                continue;
            }

            Close(expected["beats"], place, scores.Beats, token, StepScores.BeatBins * StepScores.BeatClasses);
            Close(expected["beat_offset"], place, scores.BeatOffset, token, StepScores.BeatBins);
            Close(expected["surprise"], place, scores.Surprise, token, 1);
            Assert.Equal(expected.Codes[place], scores.Code[token]);
        }
    }

    private void CompareReconstruction(Expected expected, int lead, int offset, float[] actual, int token)
    {
        for (int i = 0; i < expected.Queries.Length; i += 2)
        {
            if (expected.Queries[i] == lead && expected.Queries[i + 1] == offset)
            {
                Close(expected["reconstruction"], i / 2, actual, token, PatchSecond.PatchSamples);
            }
        }
    }

    private void Close(float[] expected, int expectedAt, float[] actual, int actualAt, int width, float tolerance = Tolerance)
    {
        tolerance *= allowance;
        for (int i = 0; i < width; i++)
        {
            Assert.InRange(actual[actualAt * width + i] - expected[expectedAt * width + i], -tolerance, tolerance);
        }
    }
}
