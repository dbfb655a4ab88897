using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Worker.Tests;

namespace AnyEcg.Tool.Tests;

public sealed class EvaluationRunTests : IDisposable
{
    private readonly TemporaryRecords records = new();
    private readonly List<IModelRunner> models = [];

    public void Dispose()
    {
        models.ForEach(model => model.Dispose());
        records.Dispose();
    }

    [Fact]
    public void Run_HoweverManyTogether_GivesTheSameReport()
    {
        string noise = records.Add("noise", 20);
        PrepareItem[] items = [.. Enumerable.Range(0, 5).Select(i => Record($"r{i}", 130 + i))];
        EvaluationSettings settings = new()
        {
            Noise = NoiseLibrary.Parse([noise], 3),
            Snrs = [null, 6],
            AsystoleLengths = [4],
            Tolerance = 1,
        };

        string alone = Run(items, settings, 1), together = Run(items, settings, 3);

        Assert.Equal(alone, together);
        Assert.Contains("\"noise from ", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BrokenRecord_IsNamedAndTheOthersAreThere()
    {
        PrepareItem[] items = [Record("good", 20), Record("broken", 20), Record("fine", 20)];
        File.Delete(records.PathOf("broken.dat"));
        EvaluationRun run = new(new EvaluationSettings(), [Model()]);

        IReadOnlyList<RecordScore> scores = run.Run(items, _ => { }, (_, _) => { }, CancellationToken.None);

        Assert.Equal(["good", "fine"], scores.Select(s => s.Name));
        Assert.StartsWith("broken: ", Assert.Single(run.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Progress_AddsUpToTheNumberOfRecords()
    {
        double sum = 0;
        PrepareItem[] items = [Record("a", 20), Record("b", 30)];
        new EvaluationRun(new EvaluationSettings(), [Model()]).Run(items, _ => { }, (_, share) => sum += share, CancellationToken.None);
        Assert.Equal(2, sum, 9);
    }

    [Fact]
    public void Run_Asystole_TakesTheBeatsUnderTheLinesOutOfTheTruth()
    {
        PrepareItem[] items = [Record("a", 200)];
        RecordScore score = new EvaluationRun(new EvaluationSettings { AsystoleLengths = [5], AsystoleEach = 1 }, [Model()])
            .Run(items, _ => { }, (_, _) => { }, CancellationToken.None).Single();

        Assert.Equal(5, Assert.Single(score.Asystole!.Stretches).Pause);
        Assert.Equal(199 - 4, score.Beats!.Qrs.Tp + score.Beats.Qrs.Fn);
    }

    private string Run(PrepareItem[] items, EvaluationSettings settings, int together)
    {
        EvaluationRun run = new(settings, [.. Enumerable.Range(0, together).Select(_ => Model())]);
        IReadOnlyList<RecordScore> scores = run.Run(items, _ => { }, (_, _) => { }, CancellationToken.None);
        using MemoryStream stream = new();
        EvaluationJson.Write(stream, EvaluationReport.Of(new ReportHeader(), scores, new Dictionary<string, Subset>(), new Bootstrap(20, 1)));
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>With the annotation of a normal beat on every spike but the last.</summary>
    private PrepareItem Record(string name, int seconds) => new(
        records.Add(name, seconds, [.. Enumerable.Range(0, seconds - 1).Select(k => (125 + (250 * k), 1, ""))]), "made-up", null);

    private IModelRunner Model()
    {
        models.Add(ModelLoader.CreateRandom(TestModel.Config, 3, new CpuModelOptions { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 64, MaxTokens = 64 }));
        return models[^1];
    }
}
