using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Model;
using Spectre.Console;

namespace AnyEcg.Tool;

/// <summary>`anyecg bench`: throughput and latency of the pipeline on this machine.</summary>
internal static class BenchCommand
{
    /// <summary>The rings are full after a window, so that later seconds cost the same.</summary>
    private const int WarmUpSeconds = 65;

    private static readonly Option<int> Streams = new Option<int>("--streams") { Description = "Streams at once.", DefaultValueFactory = _ => 100 }.Within(1, 100_000);

    private static readonly Option<int> Leads = new Option<int>("--leads") { Description = "Leads of each stream, 1 to 16.", DefaultValueFactory = _ => 1 }.Within(1, 16);

    private static readonly Option<int> Seconds = new Option<int>("--seconds") { Description = "Seconds of ECG of each stream, after the warm-up.", DefaultValueFactory = _ => 60 }.Within(1, 1_000_000);

    private static readonly Option<string> Engine = new("--engine") { Description = "cpu.", DefaultValueFactory = _ => "cpu" };

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the result as one JSON document." }.NewFile();

    private static readonly Option<bool> Floor = new("--floor") { Description = "Measure as well what this machine allows of the network; takes a gibibyte of memory." };

    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<int> Threads = ModelOption.Threads();

    private static readonly Option<bool> Units = ModelOption.MatrixUnits();

    public static Command Create()
    {
        Command command = new("bench", "Measure the pipeline from frames to alerts.") { Streams, Leads, Seconds, Engine, Json, Floor, Model, Threads, Units };
        Engine.AcceptOnlyFromAmong("cpu");
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            BenchResult result = Measure(parsed, cancel);
            if (parsed.GetValue(Json) is { } path)
            {
                using FileStream file = File.Create(path);
                BenchJson.Write(file, result);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.LeadSecondsPerSecond:0} lead-seconds per second, {result.RealTimeStreams:0} streams of {result.Leads} leads in real time"));
            if (result.Floor is { } floor)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the network alone: at most {floor.Overlapped * result.Leads:0} on this machine ({floor.FlopsPerSecond / 1e9:0} GFLOP/s, {floor.BytesPerSecond / 1e9:0.0} GB/s); the whole pipeline reaches {100 * result.FloorShare:0} % of that"));
            }

            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failed;
        }
    }

    /// <summary>Of streams of so many leads; their lead-seconds are as many times its seconds.</summary>
    private static NetworkFloor FloorOf(ParseResult parsed, int leads)
    {
        NetworkConfig config = ModelManifest.Read(Path.Combine(parsed.GetRequiredValue(Model), "manifest.json")).Config;
        int threads = parsed.GetValue(Threads) is > 0 and int given ? given : Environment.ProcessorCount;
        return NetworkFloor.Measure(new NetworkCost(config, leads), threads);
    }

    private static BenchResult Measure(ParseResult parsed, CancellationToken cancel)
    {
        int streams = parsed.GetValue(Streams), leads = parsed.GetValue(Leads), seconds = parsed.GetValue(Seconds);
        CpuModelOptions options = new() { Threads = parsed.GetValue(Threads), MaxSlots = streams, MaxLeadSlots = streams * leads, MaxTokens = 1024, UseMatrixUnits = parsed.GetValue(Units) };
        long before = Process.GetCurrentProcess().WorkingSet64;
        using IModelRunner model = ModelOption.Load(parsed.GetRequiredValue(Model), options);
        using BenchRun run = new(model, new BenchSignal(Path.Combine(Excerpts.Folder, "sinus_103"), leads), streams);
        run.Open();
        IAnsiConsole console = Terminal.Error();
        EngineSnapshot warm = run.Snapshot();
        long allocated = 0;
        TimeSpan wall = default;
        console.Progress().Start(progress =>
        {
            ProgressTask bar = progress.AddTask("bench", maxValue: WarmUpSeconds + seconds);
            Advance(0, WarmUpSeconds, bar);
            warm = run.Snapshot();
            long start = GC.GetTotalAllocatedBytes(precise: true);
            long clock = Stopwatch.GetTimestamp();
            Advance(WarmUpSeconds, seconds, bar);
            wall = Stopwatch.GetElapsedTime(clock);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - start;
        });
        return new BenchResult
        {
            Engine = model.Info.Engine,
            ModelId = model.Info.ModelId,
            Streams = streams,
            Leads = leads,
            Seconds = seconds,
            WallSeconds = wall.TotalSeconds,
            AllocatedBytes = allocated,
            ResidentBytes = Process.GetCurrentProcess().WorkingSet64 - before,
            Alerts = run.Alerts,
            Floor = parsed.GetValue(Floor) ? FloorOf(parsed, leads) : null,
            Before = warm,
            After = run.Snapshot(),
        };

        void Advance(int from, int count, ProgressTask bar)
        {
            for (int second = from; second < from + count; second++)
            {
                cancel.ThrowIfCancellationRequested();
                run.Second(second);
                bar.Increment(1);
            }
        }
    }
}
