using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Worker.Tests;

namespace AnyEcg.Tool.Tests;

public sealed class RecordRunnerTests : IDisposable
{
    private const int Seconds = 150;

    private readonly TemporaryRecords records = new();
    private readonly IModelRunner model = ModelLoader.CreateRandom(
        TestModel.Config, 3, new CpuModelOptions { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 64, MaxTokens = 64 });

    [Fact]
    public void Run_WholeRecord_JudgesEverySecond()
    {
        RecordResult result = Runner().Run(records.Add("whole", Seconds), new RecordingOptions(), null, CancellationToken.None);

        Assert.Equal(("whole", 250.0, (double)Seconds), (result.Name, result.AnnotationRateHz, result.Seconds));
        Assert.InRange(result.Rhythm.Count, Seconds - 1, Seconds);
        Assert.DoesNotContain(null, result.Rhythm.Skip(1));
    }

    [Fact]
    public void Run_Twice_GivesTheSame()
    {
        string path = records.Add("twice", Seconds);
        ResultCollector first = new(), second = new();
        RecordResult a = Runner().Run(path, first, null, CancellationToken.None);
        RecordResult b = Runner().Run(path, second, null, CancellationToken.None);

        Assert.Equal(a.Beats, b.Beats);
        Assert.Equal(a.Rhythm, b.Rhythm);
        Assert.Equal(first.Transitions, second.Transitions);
    }

    [Fact]
    public void Run_TellsItsProgressUpToTheEnd()
    {
        List<double> shares = [];
        Runner().Run(records.Add("progress", Seconds), new RecordingOptions(), shares.Add, CancellationToken.None);
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void Run_Cancelled_Ends() => Assert.Throws<OperationCanceledException>(
        () => Runner().Run(records.Add("cancelled", Seconds), new RecordingOptions(), null, new CancellationToken(canceled: true)));

    [Fact]
    public void Run_LeavesTheModelFreeForTheNextRecord()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.NotEmpty(Runner().Run(records.Add($"r{i}", 5), new RecordingOptions(), null, CancellationToken.None).Rhythm);
        }
    }

    public void Dispose()
    {
        model.Dispose();
        records.Dispose();
    }

    private RecordRunner Runner() => new(model, AlertSettings.Default);
}
