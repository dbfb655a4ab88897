using System.CommandLine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class LeadTrialTests : IDisposable
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s");

    private readonly TemporaryRecords records = new();

    [Fact]
    public void Run_LeadThatFollowsFromTwoOthers_IsMadeOnceItWasSeen()
    {
        LeadRecord record = Trial().Run(TwelveLeadRecord.Write(records.Folder, "r1", 12), new RecordingOptions())!;

        double Correlation(LeadLoss loss, LeadMethod method) =>
            Assert.Single(record.Cases, c => c.Loss == loss && c.Lead == Lead.V4 && c.Method == method).Fit.Correlation;
        Assert.InRange(Correlation(LeadLoss.AfterFiveSeconds, LeadMethod.Reconstruction), 0.995, 1);
        Assert.InRange(Correlation(LeadLoss.AfterFiveSeconds, LeadMethod.RecordLeastSquares), 0.995, 1);
        Assert.InRange(Correlation(LeadLoss.WholeRecord, LeadMethod.Reconstruction), -1, 0.99);
        Assert.Equal(6 * (3 + 4), record.Cases.Count);
    }

    [Theory]
    [InlineData(12, "I", "II", "V1", "V2", "V3", "V4", "V5")]
    [InlineData(4, "I", "II", "V1", "V2", "V3", "V4", "V5", "V6")]
    public void Run_LeadMissingOrTooShort_IsLeftOut(int seconds, params string[] leads) =>
        Assert.Null(Trial().Run(TwelveLeadRecord.Write(records.Folder, "r1", seconds, leads), new RecordingOptions()));

    [Fact]
    public void Weights_LeadOfTwoOthers_AreThoseOfTheSum()
    {
        float[][] basis = [.. Enumerable.Range(0, 8).Select(lead => Enumerable.Range(0, 900).Select(i => (float)Math.Sin(i * (lead + 1) / 17.0)).ToArray())];
        basis[3] = [.. basis[0].Zip(basis[6], (a, b) => 0.5f * a - 2 * b)];

        double[] weights = LeastSquares.Weights(LeastSquares.Moments(basis, 0, 900), 3);

        double[] expected = [0.5, 0, 0, 0, 0, -2, 0];
        Assert.All(Enumerable.Range(0, 7), i => Assert.Equal(expected[i], weights[i], 1e-4));
        Assert.Equal(basis[3][899], LeastSquares.Apply(basis, 3, weights, 890)[9], 1e-3);
    }

    [Fact]
    public async Task Command_Recording_WritesTheFiguresAndEndsWith0()
    {
        string path = TwelveLeadRecord.Write(records.Folder, "r1", 12);
        string json = records.PathOf("out.json");

        int code = await new RootCommand { EvaluateReconstructionCommand.Create() }
            .Parse(["evaluate-reconstruction", path, "--json", json, "--model", Model]).InvokeAsync();

        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("\"V1-V6\"", File.ReadAllText(json), StringComparison.Ordinal);
    }

    public void Dispose() => records.Dispose();

    private static LeadTrial Trial() => new(ModelLoader.LoadReconstruction(Path.Combine(Model, "manifest.json"))!);
}
