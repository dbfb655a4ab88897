using System.CommandLine;
using AnyEcg.Mqtt;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>`anyecg soak`: devices, broker and worker over a network with every fault, and the balance of every sample at the end.</summary>
internal static class SoakCommand
{
    private static readonly Option<double> Minutes = new Option<double>("--minutes") { Description = "Minutes of faults, 0.25 to 1440.", DefaultValueFactory = _ => 10 }.Within(0.25, 1440);

    private static readonly Option<int> Seed = new Option<int>("--seed") { Description = "Of the schedule of faults.", DefaultValueFactory = _ => 1 }.Within(0, int.MaxValue);

    private static readonly Option<string> Broker = new("--broker") { Description = "embedded, mosquitto (started for the run) or host:port of one that runs.", DefaultValueFactory = _ => "embedded" };

    private static readonly Option<int> Devices = new Option<int>("--devices") { Description = "Simulated devices, 1 to 1000.", DefaultValueFactory = _ => 10 }.Within(1, 1000);

    private static readonly Option<double> Speed = new Option<double>("--speed") { Description = "Seconds of ECG for one second of time, 0.1 to 100.", DefaultValueFactory = _ => 1 }.Within(0.1, 100);

    private static readonly Option<double> Store = new Option<double>("--store") { Description = "Seconds of ECG that a device can store, 1 to 86400.", DefaultValueFactory = _ => 600 }.Within(1, 86_400);

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the balance sheet as one JSON document." }.NewFile();

    private static readonly Option<string> Model = ModelOption.Create();

    public static Command Create()
    {
        Command command = new("soak", "Run devices, broker and worker over a faulty network and balance every sample.")
        {
            Minutes, Seed, Broker, Devices, Speed, Store, Json, Model,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        SoakOptions options = new()
        {
            Length = TimeSpan.FromMinutes(parsed.GetValue(Minutes)),
            Seed = parsed.GetValue(Seed),
            Broker = parsed.GetRequiredValue(Broker),
            Devices = parsed.GetValue(Devices),
            Speed = parsed.GetValue(Speed),
            StoreSeconds = parsed.GetValue(Store),
            Model = parsed.GetRequiredValue(Model),
        };
        try
        {
            SoakSheet sheet = await new SoakRun(options, TimeProvider.System, Console.Error).RunAsync(cancel);
            if (parsed.GetValue(Json) is { } path)
            {
                await using FileStream file = File.Create(path);
                SoakJson.Write(file, sheet);
            }

            await SoakText.WriteAsync(Console.Out, sheet);
            return sheet.Balances ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException or MqttException or RecordingFormatException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }
}

/// <summary>Settings of a soak.</summary>
internal sealed record SoakOptions
{
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(10);

    public int Seed { get; init; } = 1;

    /// <summary><c>embedded</c>, <c>mosquitto</c>, or host:port.</summary>
    public string Broker { get; init; } = "embedded";

    public int Devices { get; init; } = 10;

    public double Speed { get; init; } = 1;

    public double StoreSeconds { get; init; } = 600;

    public required string Model { get; init; }

    /// <summary>Longest fault: above the 10 s after which the worker says that there are no data.</summary>
    public TimeSpan LongestFault { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>How long each part of the settling at the end may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);
}
