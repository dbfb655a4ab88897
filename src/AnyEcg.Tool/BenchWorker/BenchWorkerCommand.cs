using System.CommandLine;
using AnyEcg.Mqtt;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>`anyecg bench-worker`: the whole worker as a process of its own, with and without its store, and its restart.</summary>
internal static class BenchWorkerCommand
{
    /// <summary>One lead each, as wearables have: atrial fibrillation, noise, ventricular fibrillation.</summary>
    private static readonly string[] DefaultRecords = ["af_A00395", "noise_A02874", "vf_cu01"];

    private const int MostStreams = 100_000;

    private static readonly Option<int[]> Streams = new("--streams")
    {
        Description = "Devices that send in real time; several numbers: one run after the other, for the curve up to where it breaks.",
        DefaultValueFactory = _ => [2000],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Flood = new Option<int>("--flood") { Description = "One more device sends so many seconds of ECG a second: do the others wait for it?" }.Within(0, 100_000);

    private static readonly Option<int> Seconds = new Option<int>("--seconds") { Description = "Seconds that are measured.", DefaultValueFactory = _ => 60 }.Within(1, 86_400);

    private static readonly Option<int> WarmUp = new Option<int>("--warm-up") { Description = "Seconds before them, once every stream is judged.", DefaultValueFactory = _ => 20 }.Within(0, 86_400);

    private static readonly Option<string> Store = new("--store")
    {
        Description = "sqlite (a temporary file), none, both (none, then sqlite), or a connection as Store:Connection takes it.",
        DefaultValueFactory = _ => "sqlite",
    };

    private static readonly Option<string> Broker = new("--broker") { Description = "embedded, mosquitto (started for the run) or host:port of one that runs.", DefaultValueFactory = _ => "embedded" };

    private static readonly Option<bool> Restart = new("--restart") { Description = "Then kill the worker, start it again and measure until every stream is live." };

    private static readonly Option<string[]> Records = new("--record")
    {
        Description = "Recordings, bundled ones by name; stream n plays number n modulo how many they are.",
        DefaultValueFactory = _ => DefaultRecords,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Settings = new("--set") { Description = "A setting of the worker, Section:Name=value; may be repeated.", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<string?> Json = new Option<string?>("--json") { Description = "Write the result as one JSON document." }.NewFile();

    private static readonly Option<string> Model = ModelOption.Create();

    public static Command Create()
    {
        Command command = new("bench-worker", "Measure the worker as a process: throughput, CPU, latency, cost of the store, restart.")
        {
            Streams, Flood, Seconds, WarmUp, Store, Broker, Restart, Records, Settings, Json, Model,
        };
        Streams.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>().Any(n => n is < 1 or > MostStreams))
            {
                result.AddError($"--streams must be 1 to {MostStreams}.");
            }
        });
        Settings.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError("--set must be Section:Name=value.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            BenchWorkerResult result = await BenchWorkerRun.RunAsync(OptionsOf(parsed), TimeProvider.System, Console.Error, cancel);
            if (parsed.GetValue(Json) is { } path)
            {
                await using FileStream file = File.Create(path);
                BenchWorkerJson.Write(file, result);
            }

            await BenchWorkerText.WriteAsync(Console.Out, result);
            return ExitCodes.Done;
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException or MqttException or RecordingFormatException or HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static BenchWorkerOptions OptionsOf(ParseResult parsed) => new()
    {
        Fleets = parsed.GetRequiredValue(Streams),
        Flood = parsed.GetValue(Flood),
        Seconds = parsed.GetValue(Seconds),
        WarmUpSeconds = parsed.GetValue(WarmUp),
        Stores = parsed.GetRequiredValue(Store) switch
        {
            "sqlite" => [null],
            "both" => ["none", null],
            string connection => [connection],
        },
        Broker = parsed.GetRequiredValue(Broker),
        Restart = parsed.GetValue(Restart),
        Records = [.. parsed.GetRequiredValue(Records).Select(PathOf)],
        Settings = parsed.GetValue(Settings) ?? [],
        Model = parsed.GetRequiredValue(Model),
    };

    /// <summary>A bundled recording has no folder in its name.</summary>
    private static string PathOf(string record) =>
        Path.GetFileName(record) == record ? Path.Combine(Excerpts.Folder, record) : record;
}
