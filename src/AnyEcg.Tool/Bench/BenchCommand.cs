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

    public static Command Create()
    {
        Command command = BenchOptions.Command();
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            if (parsed.GetValue(BenchOptions.Runner))
            {
                RunnerResult result = MeasureRunner(parsed, cancel);
                Save(parsed, result.Write);
                Console.WriteLine(result);
            }
            else
            {
                BenchResult result = Measure(parsed, cancel);
                Save(parsed, stream => BenchJson.Write(stream, result));
                Print(result);
            }

            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or CudaFaultException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static void Save(ParseResult parsed, Action<Stream> write)
    {
        if (parsed.GetValue(BenchOptions.Json) is { } path)
        {
            using FileStream file = File.Create(path);
            write(file);
        }
    }

    private static void Print(BenchResult result)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.LeadSecondsPerSecond:0} lead-seconds per second on {result.Network.Engine}, {result.RealTimeStreams:0} streams of {result.Leads} leads in real time"));
        if (result.Floor is { } floor)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"the network alone: at most {floor.Overlapped * result.Leads:0} on this machine ({floor.FlopsPerSecond / 1e9:0} GFLOP/s, {floor.BytesPerSecond / 1e9:0.0} GB/s); the whole pipeline reaches {100 * result.FloorShare:0} % of that"));
        }
    }

    /// <summary>Of streams of so many leads; their lead-seconds are as many times its seconds.</summary>
    private static NetworkFloor FloorOf(ParseResult parsed, int leads)
    {
        int threads = parsed.GetValue(BenchOptions.Threads) is > 0 and int given ? given : Environment.ProcessorCount;
        return NetworkFloor.Measure(new NetworkCost(BenchOptions.Config(parsed), leads), threads);
    }

    private static BenchNetwork NetworkOf(ParseResult parsed, IModelRunner model) =>
        new(model.Info.Engine, model.Info.ModelId, parsed.GetValue(BenchOptions.Preset), new NetworkCost(BenchOptions.Config(parsed)).Parameters);

    private static BenchResult Measure(ParseResult parsed, CancellationToken cancel)
    {
        int streams = parsed.GetValue(BenchOptions.Streams), leads = parsed.GetValue(BenchOptions.Leads), seconds = parsed.GetValue(BenchOptions.Seconds);
        long before = Process.GetCurrentProcess().WorkingSet64;
        using IModelRunner model = BenchOptions.MakeModel(parsed);
        using BenchRun run = new(model, new BenchSignal(Path.Combine(Excerpts.Folder, "sinus_103"), leads), streams);
        run.Open();
        EngineSnapshot warm = run.Snapshot();
        (TimeSpan wall, long allocated) = Timed(seconds, run.Second, () => warm = run.Snapshot(), cancel);
        return new BenchResult
        {
            Network = NetworkOf(parsed, model),
            Streams = streams,
            Leads = leads,
            Seconds = seconds,
            WallSeconds = wall.TotalSeconds,
            AllocatedBytes = allocated,
            ResidentBytes = Process.GetCurrentProcess().WorkingSet64 - before,
            Alerts = run.Alerts,
            Floor = parsed.GetValue(BenchOptions.Floor) ? FloorOf(parsed, leads) : null,
            Before = warm,
            After = run.Snapshot(),
        };
    }

    private static RunnerResult MeasureRunner(ParseResult parsed, CancellationToken cancel)
    {
        int streams = parsed.GetValue(BenchOptions.Streams), leads = parsed.GetValue(BenchOptions.Leads), seconds = parsed.GetValue(BenchOptions.Seconds);
        long before = Process.GetCurrentProcess().WorkingSet64;
        using IModelRunner model = BenchOptions.MakeModel(parsed);
        RunnerBench run = new(model, streams, leads);
        (TimeSpan wall, long allocated) = Timed(seconds, run.Second, run.Steps.Clear, cancel);
        return new RunnerResult
        {
            Network = NetworkOf(parsed, model),
            Streams = streams,
            Leads = leads,
            Seconds = seconds,
            WallSeconds = wall.TotalSeconds,
            AllocatedBytes = allocated,
            ResidentBytes = Process.GetCurrentProcess().WorkingSet64 - before,
            Steps = [.. run.Steps.Order()],
            Flops = new NetworkCost(BenchOptions.Config(parsed), leads).Flops,
        };
    }

    /// <summary>Runs the warm-up, then so many seconds, and says how long those took and what they allocated.</summary>
    private static (TimeSpan Wall, long Allocated) Timed(int seconds, Action<int> second, Action warm, CancellationToken cancel)
    {
        (TimeSpan Wall, long Allocated) measured = default;
        Terminal.Error().Progress().Start(progress =>
        {
            ProgressTask bar = progress.AddTask("bench", maxValue: WarmUpSeconds + seconds);
            Advance(0, WarmUpSeconds, bar);
            warm();
            long start = GC.GetTotalAllocatedBytes(precise: true);
            long clock = Stopwatch.GetTimestamp();
            Advance(WarmUpSeconds, seconds, bar);
            measured = (Stopwatch.GetElapsedTime(clock), GC.GetTotalAllocatedBytes(precise: true) - start);
        });
        return measured;

        void Advance(int from, int count, ProgressTask bar)
        {
            for (int at = from; at < from + count; at++)
            {
                cancel.ThrowIfCancellationRequested();
                second(at);
                bar.Increment(1);
            }
        }
    }
}
