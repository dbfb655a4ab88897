using System.CommandLine;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Simulator;
using AnyEcg.Worker.Tests;

namespace AnyEcg.Tool.Tests;

public sealed class RecordHeadTests : IDisposable
{
    private readonly TemporaryRecords records = new();
    private readonly Bootstrap bootstrap = new(200, 1);

    [Fact]
    public void OfAnomaly_UnknownLeftOut_HandWorked()
    {
        // Abnormal 0.9 0.4, normal 0.5 0.1: three of four pairs in order; called 0.9 and 0.5, so one hit of two called and two there.
        RecordHeadScore score = RecordHeadScore.OfAnomaly(
            [Labelled(0.9f, 0, true), Labelled(0.4f, 0, true), Labelled(0.5f, 0, false), Labelled(0.1f, 0, false), Labelled(1, 0, null)], bootstrap);

        Assert.Equal((2, 2), (score.Positive, score.Negative));
        Assert.Equal((0.75, 0.5), (score.Auroc, score.F1));
    }

    [Fact]
    public void OfClass_RecordsOfWhoseClassNothingIsKnown_AreLeftOut()
    {
        LabelledRecord[] all =
        [
            Labelled(0, 0.8f, null, ["AF"]), Labelled(0, 0.6f, null), Labelled(0, 0.7f, null, unknown: ["AF"]), Labelled(0, 0.2f, null, ["SB"]),
        ];

        RecordHeadScore score = RecordHeadScore.OfClass(all, 0, "AF", bootstrap);

        Assert.Equal((1, 2, 1.0), (score.Positive, score.Negative, score.Auroc));
        Assert.Equal(2 / 3.0, score.F1);
    }

    [Fact]
    public void OfClass_NobodyHasIt_IsUndefined()
    {
        RecordHeadScore score = RecordHeadScore.OfClass([Labelled(0, 0.8f, null)], 0, "AF", bootstrap);

        Assert.Equal((null, null), (score.Auroc, score.F1));
    }

    [Fact]
    public void Reader_EndOfTheRecord_KeepsWhatTheHeadsSaidLast()
    {
        string[] names = [.. Enumerable.Range(0, TestModel.Config.ArrhythmiaClasses).Select(i => $"class{i}")];
        using RecordHeadReader model = new(new Labelled12(ModelLoader.CreateRandom(
            TestModel.Config, 3, new CpuModelOptions { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 64, MaxTokens = 64 }), names));
        RecordRunner runner = new(model, AlertSettings.Default);
        float[] said = [.. new[] { 20, 21, 20 }.Select(seconds =>
        {
            using FrameSource source = FrameSource.Open(records.Add($"r{seconds}", seconds), new FrameSourceOptions());
            runner.Feed(source, new ResultCollector(), null, CancellationToken.None);
            return model.Anomaly!.Value;
        })];

        Assert.Equal(said[0], said[2]);
        Assert.NotEqual(said[0], said[1]);
        Assert.Equal(names.Length, model.Arrhythmia.Count);
        Assert.All(model.Arrhythmia, probability => Assert.InRange(probability, 1e-6f, 1));
    }

    [Fact]
    public void Write_Report_NamesEveryClass()
    {
        RecordHeadReport report = new("model", 4, [RecordHeadScore.OfAnomaly([Labelled(0.9f, 0, true), Labelled(0.1f, 0, false)], bootstrap)]);
        using StringWriter text = new();
        using MemoryStream json = new();
        report.WriteMarkdown(text);
        report.WriteJson(json);

        Assert.Contains("| abnormal | 1 | 1 | 1.000", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"auroc\"", System.Text.Encoding.UTF8.GetString(json.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate-records", "r1")]
    [InlineData("evaluate-records", "--labels", "list.csv")]
    public void Command_BadUsage_IsAParseError(params string[] arguments) =>
        Assert.NotEmpty(new RootCommand { EvaluateRecordHeadsCommand.Create() }.Parse(arguments).Errors);

    public void Dispose() => records.Dispose();

    /// <summary>A random network with names for its classes, as a released one has them.</summary>
    private sealed class Labelled12(IModelRunner model, string[] names) : IModelRunner
    {
        public ModelRunnerInfo Info => model.Info with { ArrhythmiaLabels = names };

        public bool TryOpen(int leadCount, out KvSlot slot) => model.TryOpen(leadCount, out slot);

        public void Reset(KvSlot slot) => model.Reset(slot);

        public void Close(KvSlot slot) => model.Close(slot);

        public void Step(StepPlan plan, StepScores scores) => model.Step(plan, scores);

        public int SnapshotSize(KvSlot slot) => model.SnapshotSize(slot);

        public void Snapshot(KvSlot slot, Span<byte> destination) => model.Snapshot(slot, destination);

        public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => model.Restore(slot, snapshot);

        public void Dispose() => model.Dispose();
    }

    private static LabelledRecord Labelled(float anomaly, float arrhythmia, bool? abnormal, string[]? labels = null, string[]? unknown = null) =>
        new(anomaly, [arrhythmia], new RecordLabels { Labels = labels ?? [], Unknown = unknown ?? [], Abnormal = abnormal });
}
