using System.Globalization;

namespace AnyEcg.Tool;

/// <summary>Runs the worker once for each store: broker, worker, devices, warm-up, the measured seconds and, where asked, the restart.</summary>
internal static class BenchWorkerRun
{
    public static async Task<BenchWorkerResult> RunAsync(BenchWorkerOptions options, TimeProvider time, TextWriter log, CancellationToken cancel)
    {
        TextWriter lines = TextWriter.Synchronized(log);
        List<BenchWorkerPart> parts = [];
        foreach (int streams in options.Fleets)
        {
            foreach (string? connection in options.Stores)
            {
                BenchWorkerPart part = await PartAsync(options with { Streams = streams }, connection, lines, time, cancel);
                await lines.WriteLineAsync(BenchWorkerText.Row(part));
                parts.Add(part);
            }
        }

        return new BenchWorkerResult
        {
            Options = options,
            Version = typeof(BenchWorkerRun).Assembly.GetName().Version?.ToString(3) ?? "",
            Parts = parts,
        };
    }

    private static async Task<BenchWorkerPart> PartAsync(
        BenchWorkerOptions options, string? connection, TextWriter log, TimeProvider time, CancellationToken cancel)
    {
        int leads = BenchDevices.Leads(options);
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
            window = await MeasureAsync(worker, devices, broker, options, name, log, time, cancel);
            return new BenchWorkerPart(options.Streams, leads, name, window, options.Restart ? await RestartAsync(worker, settings, options, log, time, cancel) : null);
        }
    }

    private static async Task<BenchWindow> MeasureAsync(
        WorkerProcess worker, BenchDevices devices, SoakBroker broker, BenchWorkerOptions options, string name, TextWriter log, TimeProvider time, CancellationToken cancel)
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
        BenchSample begin = Beside(await worker.SampleAsync(cancel), devices, broker);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), time, cancel);
        BenchSample end = Beside(await worker.SampleAsync(cancel), devices, broker);
        await devices.CheckAsync();
        return new BenchWindow(begin, end);
    }

    /// <summary>With what the devices and the broker have used, who share the machine with the worker.</summary>
    private static BenchSample Beside(BenchSample sample, BenchDevices devices, SoakBroker broker) => sample with
    {
        FramesOffered = devices.FramesPlanned,
        BrokerCpuSeconds = broker.CpuSeconds,
        DevicesCpuSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
    };

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
