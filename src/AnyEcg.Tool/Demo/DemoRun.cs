using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Simulator;
using AnyEcg.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AnyEcg.Tool;

/// <summary>The demo: starts the parts in order, lets them run, ends them in the opposite order.</summary>
internal static class DemoRun
{
    private const string Group = "demo";

    public static async Task<int> RunAsync(DemoOptions options, TextWriter output, CancellationToken cancel)
    {
        IReadOnlyList<string> records = Excerpts.All();
        Dictionary<string, DemoTruth> truths = records.ToDictionary(r => Path.GetFileName(r), DemoTruth.Read);
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions { Port = options.BrokerPort }, TimeProvider.System);
        await broker.StartAsync(cancel);
        using TemporaryStore store = new();
        await using WebApplication worker = Worker(options, broker.Port, store);
        await worker.StartAsync(cancel);
        DemoPrinter printer = new(truths, output);
        await using MqttConnection backend = new(
            new MqttClientOptions { Port = broker.Port, ClientId = "demo-backend", CleanStart = true }, printer, TimeProvider.System);
        printer.Connection = backend;
        await backend.StartAsync(cancel);
        await backend.SubscribeAsync([new MqttSubscription(OutputTopics.Everything)], cancel);
        Welcome(output, options, worker, broker.Port, truths);

        await PlayAsync(options, records, broker.Port, cancel);
        await worker.StopAsync(CancellationToken.None);
        await backend.StopAsync(keepSession: false, CancellationToken.None);
        EngineSnapshot end = worker.Services.GetRequiredService<StreamEngine>().Snapshot();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{printer.AlertsStarted} alerts, {records.Count} streams, {end.SecondsObserved} seconds of ECG"));
        return Environment.ExitCode;
    }

    private static async Task PlayAsync(DemoOptions options, IReadOnlyList<string> records, int port, CancellationToken cancel)
    {
        FleetOptions fleet = new()
        {
            Port = port,
            Group = Group,
            Records = records,
            Devices = records.Count,
            StreamNames = [.. records.Select(r => Path.GetFileName(r))],
            Duration = options.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Device = new SimulatedDeviceOptions { Key = default, Record = "", Speed = options.Speed, Loop = true, Encoding = FrameEncoding.DeltaVarint },
        };
        await using SimulatedFleet devices = new(fleet, TimeProvider.System);
        try
        {
            await devices.RunAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C is how a demo without a duration ends.
        }
    }

    private static WebApplication Worker(DemoOptions options, int brokerPort, TemporaryStore store) => WorkerApp.Create(
    [
        "--Urls", $"http://127.0.0.1:{LoopbackPort.Free(options.HttpPort)}",
        "--Worker:Id", "demo",
        "--Broker:Host", "127.0.0.1",
        "--Broker:Port", brokerPort.ToString(CultureInfo.InvariantCulture),
        "--Engine:Model", Path.GetFullPath(options.Model),
        "--Store:Connection", store.Connection,
        "--Logging:LogLevel:Default", "Warning",
    ]);

    private static void Welcome(TextWriter output, DemoOptions options, WebApplication worker, int brokerPort, Dictionary<string, DemoTruth> truths)
    {
        string url = worker.Urls.First();
        output.WriteLine("AnyEcg.Stream demo. Not a medical device.");
        output.WriteLine($"page     {url}/");
        output.WriteLine($"metrics  {url}/metrics");
        output.WriteLine($"broker   mqtt://127.0.0.1:{brokerPort}  (try: mosquitto_sub -V 5 -p {brokerPort} -t 'anyecg/v1/#' -F '%t %p')");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"streams  {truths.Count} bundled recordings, {truths.Values.Sum(t => t.Seconds):0} s in all, {options.Speed} times real time, repeated"));
        output.WriteLine();
        output.WriteLine("Times are seconds of the recording; beside each line what the annotators say of that second.");
    }
}
