using System.Globalization;

namespace AnyEcg.Tool;

/// <summary>Runs the worker once for each store: broker, worker, devices, warm-up, the measured seconds and, where asked, the restart.</summary>
internal static class BenchWorkerRun
{
    public static async Task<BenchWorkerResult> RunAsync(BenchWorkerOptions options, TimeProvider time, TextWriter log, CancellationToken cancel)
    {
        TextWriter lines = TextWriter.Synchronized(log);
        int leads = BenchDevices.Leads(options);
        List<BenchWorkerPart> parts = [];
        foreach (string? connection in options.Stores)
        {
            parts.Add(await PartAsync(options, connection, leads, lines, time, cancel));
        }

        return new BenchWorkerResult
        {
            Options = options,
            Version = typeof(BenchWorkerRun).Assembly.GetName().Version?.ToString(3) ?? "",
            Leads = leads,
            Parts = parts,
        };
    }

    private static async Task<BenchWorkerPart> PartAsync(
        BenchWorkerOptions options, string? connection, int leads, TextWriter log, TimeProvider time, CancellationToken cancel)
    {
        string name = connection switch
        {
            null => "sqlite",
            "none" => "none",
            _ => connection.Contains("Host=", StringComparison.OrdinalIgnoreCase) ? "postgres" : "sqlite",
        };
        using TemporaryStore temporary = new();
        await using SoakBroker broker = await SoakBroker.StartAsync(options.Broker, time, cancel);
        string[] settings = Settings(options, broker, leads, name, connection ?? temporary.Connection);
        BenchWindow window;
        using (WorkerProcess worker = WorkerProcess.Start(settings, log, time))
        {
            await worker.ReadyAsync(options.Patience, cancel);
            await using BenchDevices devices = new(options, broker, time);
            window = await MeasureAsync(worker, devices, options, name, log, time, cancel);
            return new BenchWorkerPart(name, window, options.Restart ? await RestartAsync(worker, settings, options, log, time, cancel) : null);
        }
    }

    private static async Task<BenchWindow> MeasureAsync(
        WorkerProcess worker, BenchDevices devices, BenchWorkerOptions options, string name, TextWriter log, TimeProvider time, CancellationToken cancel)
    {
        await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"store {name}: {options.Streams} devices begin"));
        await worker.UntilAsync(
            "judging every stream",
            m => m["anyecg_streams_active"] >= options.Streams && m["anyecg_frame_to_alert_seconds_count"] >= options.Streams,
            options.Patience,
            cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.WarmUpSeconds), time, cancel);
        await devices.CheckAsync();
        await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"store {name}: measuring {options.Seconds} s"));
        BenchSample begin = await worker.SampleAsync(cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), time, cancel);
        BenchSample end = await worker.SampleAsync(cancel);
        await devices.CheckAsync();
        return new BenchWindow(begin, end);
    }

    private static async Task<BenchRestart> RestartAsync(
        WorkerProcess worker, string[] settings, BenchWorkerOptions options, TextWriter log, TimeProvider time, CancellationToken cancel)
    {
        await log.WriteLineAsync("the worker is killed and started again");
        DateTimeOffset killed = time.GetUtcNow();
        await worker.KillAsync();
        using WorkerProcess next = WorkerProcess.Start(settings, log, time);
        return await RestartWatch.WatchAsync(next, options, killed, time, cancel);
    }

    private static string[] Settings(BenchWorkerOptions options, SoakBroker broker, int leads, string name, string connection) =>
    [
        "--Worker:Id", $"bench-{name}",
        "--Ingest:Groups:0", BenchDevices.Group,
        "--Broker:Host", broker.Host,
        "--Broker:Port", broker.Port.ToString(CultureInfo.InvariantCulture),
        "--Engine:Model", Path.GetFullPath(options.Model),
        "--Engine:MaxLeads", Math.Max(64, leads).ToString(CultureInfo.InvariantCulture),
        "--Store:Connection", connection,
        "--Logging:LogLevel:Default", "Warning",
        .. options.Settings.SelectMany(setting => new[] { "--" + setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..] }),
    ];
}
