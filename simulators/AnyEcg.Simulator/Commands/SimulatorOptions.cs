using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>The options of the command line, and the fleet that they mean.</summary>
internal sealed class SimulatorOptions
{
    private readonly BrokerOption broker = new();
    private readonly Option<string> group = new("--group") { Description = "Group of the streams.", DefaultValueFactory = _ => "demo" };
    private readonly Option<string> prefix = new("--prefix") { Description = "Streams are called {prefix}{n}.", DefaultValueFactory = _ => "sim-" };
    private readonly Option<string[]> record = new("--record") { Description = "Recordings (WFDB without extension, EDF, EDF+, BDF, ISHNE, CSV); device n plays record n modulo their number.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<SyntheticRhythm?> synthetic = new("--synthetic") { Description = "Synthesise this rhythm without end instead: Sinus, AtrialFibrillation, VentricularTachycardia, ..." };
    private readonly Option<double> rate = new("--rate") { Description = "Its heart rate, 10 to 350 in a minute.", DefaultValueFactory = _ => 72 };
    private readonly Option<string> leads = new("--leads") { Description = "Its leads, with commas between.", DefaultValueFactory = _ => "II" };
    private readonly Option<double> sampleRate = new("--sample-rate") { Description = "Its samples in a second, 100 to 1000.", DefaultValueFactory = _ => 250 };
    private readonly Option<string?> scenario = new("--scenario") { Description = "Take devices, sources and faults from this file; see docs/simulator.md." };
    private readonly Option<int> devices = new("--devices") { Description = "Number of devices.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> connections = new("--connections") { Description = "Connections to share; 0: one for each device, with its Will." };
    private readonly Option<bool> inStep = new("--in-step") { Description = "All devices send at the same instant instead of spread evenly." };
    private readonly Option<string> speed = new("--speed") { Description = "Times real time, or max.", DefaultValueFactory = _ => "1" };
    private readonly Option<bool> loop = new("--loop") { Description = "Start a recording again at its end, as a new epoch." };
    private readonly Option<double?> duration = new("--duration") { Description = "Seconds to play." };
    private readonly Option<FrameEncoding> codec = new("--codec") { Description = "int16, int24, float32, deltaVarint, json or cbor.", DefaultValueFactory = _ => FrameEncoding.Int16 };
    private readonly Option<double> frameSeconds = new("--frame-seconds") { Description = "Length of a frame, 0.1 to 10.", DefaultValueFactory = _ => 1 };
    private readonly Option<DeviceClock> clock = new("--clock") { Description = "none, original or current.", DefaultValueFactory = _ => DeviceClock.Current };
    private readonly Option<int> mains = new("--mains") { Description = "Mains frequency in the descriptor: 0, 50 or 60." };
    private readonly Option<int> qos = new("--qos") { Description = "QoS of the frames, 0 or 1.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> loss = new("--loss") { Description = "Share of frames never sent." };
    private readonly Option<double> duplicate = new("--duplicate") { Description = "Share of frames sent twice." };
    private readonly Option<double> reorder = new("--reorder") { Description = "Share of frames sent after their successor." };
    private readonly Option<double> jitter = new("--jitter") { Description = "Longest random delay of a frame, seconds." };
    private readonly Option<double> storeSeconds = new("--store-seconds") { Description = "Seconds of stream that a device keeps while the network is away; then the oldest is dropped.", DefaultValueFactory = _ => 300 };
    private readonly Option<long> storeBytes = new("--store-bytes") { Description = "The same in bytes of payload.", DefaultValueFactory = _ => long.MaxValue };
    private readonly Option<double> catchUp = new("--catch-up") { Description = "Times real time at which a backlog is sent.", DefaultValueFactory = _ => 10 };
    private readonly Option<double> drain = new("--drain") { Description = "Seconds that the stores may take to empty at the end.", DefaultValueFactory = _ => 60 };
    private readonly Option<int> seed = new("--seed") { Description = "Seed of faults and synthesis; a scenario has its own.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> truth = new("--truth") { Description = "Publish the truth of synthetic devices beside their streams; a scenario says so itself." };
    private readonly Option<string?> write = new("--write") { Description = "Write each device's samples as a WFDB record into this folder, with the truth as annotations." };
    private readonly Option<bool> writeOnly = new("--write-only") { Description = "Do not play." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
        [
            scenario, record, synthetic, rate, leads, sampleRate, .. broker.All, group, prefix, devices, connections, inStep, speed, loop, duration,
            codec, frameSeconds, clock, mains, qos, loss, duplicate, reorder, jitter,
            storeSeconds, storeBytes, catchUp, drain, seed, truth, write, writeOnly,
        ])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The folder to write into, if any, and whether that is all.</summary>
    public (string? Folder, bool Only) Write(ParseResult parsed) => (parsed.GetValue(write), parsed.GetValue(writeOnly));

    /// <exception cref="ScenarioException">The scenario is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public FleetOptions Read(ParseResult parsed, List<string> faults)
    {
        Scenario? file = parsed.GetValue(scenario) is { } path ? ScenarioFile.Load(path) : null;
        string[] sources = [.. parsed.GetValue(record) ?? []];
        if ((file is null ? 0 : 1) + (sources.Length == 0 ? 0 : 1) + (parsed.GetValue(synthetic) is null ? 0 : 1) != 1)
            faults.Add("record, synthetic or scenario: one of them");
        Option[] model = [rate, leads, sampleRate], devicesOwn =
        [
            group, prefix, devices, inStep, loop, codec, frameSeconds, clock, mains, loss, duplicate, reorder, jitter,
            storeSeconds, storeBytes, catchUp, seed, truth,
        ];
        if (file is not null)
            faults.AddRange(devicesOwn.Where(option => IsGiven(parsed, option)).Select(option => $"{option.Name}: the scenario says it"));
        if (parsed.GetValue(synthetic) is null)
            faults.AddRange(model.Where(option => IsGiven(parsed, option)).Select(option => $"{option.Name}: only with --synthetic"));
        if (parsed.GetValue(writeOnly) && parsed.GetValue(write) is null)
            faults.Add("write-only: needs --write");

        // The option takes all that follows it, a misspelt option too.
        faults.AddRange(sources.Where(source => source.StartsWith('-')).Select(source => $"unknown option {source}"));
        if (parsed.GetValue(qos) is not (0 or 1))
            faults.Add("qos: 0 or 1");
        FleetOptions options = broker.Read(parsed, faults) with
        {
            Connections = parsed.GetValue(connections),
            Group = parsed.GetValue(group)!,
            Prefix = parsed.GetValue(prefix)!,
            Records = sources,
            Devices = parsed.GetValue(devices),
            InStep = parsed.GetValue(inStep),
            Qos = parsed.GetValue(qos) == 0 ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce,
            Store = new StoreOptions { Seconds = parsed.GetValue(storeSeconds), Bytes = parsed.GetValue(storeBytes), CatchUp = parsed.GetValue(catchUp) },
            Drain = Seconds(parsed.GetValue(drain), 0, "drain: 0 or more", faults),
            Duration = Duration(parsed, file, faults),
            PublishTruth = parsed.GetValue(truth),
            Device = Device(parsed, faults),
        };
        return file is null ? options : options with
        {
            Members = file.Members(Path.GetDirectoryName(Path.GetFullPath(parsed.GetValue(scenario)!))!, options.Device.Speed),
            PublishTruth = file.Truth,
        };
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private SimulatedDeviceOptions Device(ParseResult parsed, List<string> faults)
    {
        int hertz = parsed.GetValue(mains);
        if (hertz is not (0 or 50 or 60))
            faults.Add("mains: 0, 50 or 60");
        return new SimulatedDeviceOptions
        {
            Key = default,
            Synthetic = parsed.GetValue(synthetic) is { } rhythm
                ? new SyntheticOptions
                {
                    Leads = [.. parsed.GetValue(leads)!.Split(',', StringSplitOptions.TrimEntries)],
                    SampleRateHz = parsed.GetValue(sampleRate),
                    Programme = [new RhythmSegment { Rhythm = rhythm, Rate = parsed.GetValue(rate), Seconds = 3_600 }],
                    Repeat = true,
                }
                : null,
            Encoding = parsed.GetValue(codec),
            FrameSeconds = parsed.GetValue(frameSeconds),
            Speed = Speed(parsed.GetValue(speed)!, faults),
            Loop = parsed.GetValue(loop),
            Clock = parsed.GetValue(clock),
            Mains = (MainsFrequency)hertz,
            Seed = parsed.GetValue(seed),
            Faults = new FaultOptions
            {
                Loss = parsed.GetValue(loss),
                Duplicate = parsed.GetValue(duplicate),
                Reorder = parsed.GetValue(reorder),
                JitterSeconds = parsed.GetValue(jitter),
            },
        };
    }

    /// <summary>That of the command line is real time; that of a scenario is stream time.</summary>
    private TimeSpan? Duration(ParseResult parsed, Scenario? file, List<string> faults)
    {
        if (parsed.GetValue(duration) is { } seconds)
            return Seconds(seconds, double.Epsilon, "duration: above 0", faults);
        double times = Speed(parsed.GetValue(speed)!, []);
        return file?.DurationSeconds is { } stated && double.IsFinite(times) && times > 0 ? TimeSpan.FromSeconds(stated / times) : null;
    }

    private static TimeSpan Seconds(double seconds, double least, string fault, List<string> faults)
    {
        if (seconds >= least && seconds < 1e8)
            return TimeSpan.FromSeconds(seconds);
        faults.Add(fault);
        return TimeSpan.FromSeconds(1);
    }

    private static double Speed(string text, List<string> faults)
    {
        if (text == "max")
            return double.PositiveInfinity;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double speed) && double.IsFinite(speed))
            return speed;
        faults.Add($"speed: a number or max, not '{text}'");
        return 1;
    }
}
