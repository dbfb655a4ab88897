using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AnyEcg.Mqtt;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>The command line of the simulator. Exit codes: 0 done, 1 failed, 2 bad usage.</summary>
internal sealed class SimulatorCommand
{
    private readonly Option<string> broker = new("--broker") { Description = "Broker as host:port (with TLS unless on this machine), or mqtts://, wss://, mqtt:// or ws:// URL.", DefaultValueFactory = _ => "127.0.0.1:1883" };
    private readonly Option<string[]> ca = new("--ca") { Description = "PEM files of the authorities to trust instead of the system's." };
    private readonly Option<bool> allowPlaintext = new("--allow-plaintext") { Description = "Talk without TLS to a broker on another machine." };
    private readonly Option<string?> user = new("--user") { Description = "User name; the password is read from ANYECG_MQTT_PASSWORD." };
    private readonly Option<string> group = new("--group") { Description = "Group of the streams.", DefaultValueFactory = _ => "demo" };
    private readonly Option<string> prefix = new("--prefix") { Description = "Streams are called {prefix}{n}.", DefaultValueFactory = _ => "sim-" };
    private readonly Option<string[]> record = new("--record") { Description = "Recordings (WFDB without extension, EDF, EDF+, BDF, ISHNE, CSV); device n plays record n modulo their number.", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> devices = new("--devices") { Description = "Number of devices.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> connections = new("--connections") { Description = "Connections to share; 0: one for each device, with its Will." };
    private readonly Option<string> speed = new("--speed") { Description = "Times real time, or max.", DefaultValueFactory = _ => "1" };
    private readonly Option<bool> loop = new("--loop") { Description = "Start again at the end, as a new epoch." };
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
    private readonly Option<int> seed = new("--seed") { Description = "Seed of all faults.", DefaultValueFactory = _ => 1 };

    private readonly RootCommand root;

    public SimulatorCommand()
    {
        root = new RootCommand("Replays ECG recordings as devices over MQTT. The password is read from ANYECG_MQTT_PASSWORD. Exit codes: 0 done, 1 failed, 2 bad usage or a record that is not there.")
        {
            broker, ca, allowPlaintext, user, group, prefix, record, devices, connections, speed, loop, duration,
            codec, frameSeconds, clock, mains, qos, loss, duplicate, reorder, jitter,
            storeSeconds, storeBytes, catchUp, drain, seed,
        };
    }

    /// <summary>Parses and runs.</summary>
    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, TimeProvider time)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return BadUsage(error, parsed.Errors.Select(e => e.Message));

        root.SetAction((result, cancellationToken) => PlayAsync(result, output, error, time, cancellationToken));
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }).ConfigureAwait(false);
    }

    private async Task<int> PlayAsync(ParseResult parsed, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        FleetOptions options = Read(parsed, faults);
        faults.AddRange(options.Validate());
        if (faults.Count > 0)
            return BadUsage(error, faults);
        try
        {
            await using SimulatedFleet fleet = new(options, time);
            ProgressLine progress = new(fleet, error, !Console.IsErrorRedirected, time);
            long start = time.GetTimestamp();
            await progress.DuringAsync(() => fleet.RunAsync(cancellationToken)).ConfigureAwait(false);
            await output.WriteLineAsync(progress.Text(time.GetElapsedTime(start))).ConfigureAwait(false);
            return fleet.Counters.Sent == 0 && fleet.Counters.Failed > 0 ? 1 : 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return BadUsage(error, [e.Message]);
        }
        catch (Exception e) when (e is RecordingFormatException or IOException or UnauthorizedAccessException or TimeoutException or MqttException or InvalidOperationException)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private FleetOptions Read(ParseResult parsed, List<string> faults)
    {
        MqttBrokerUrl address = Broker(parsed.GetValue(broker)!, faults);
        int level = parsed.GetValue(qos), hertz = parsed.GetValue(mains);
        if (level is not (0 or 1))
            faults.Add("qos: 0 or 1");
        if (hertz is not (0 or 50 or 60))
            faults.Add("mains: 0, 50 or 60");

        // The option takes all that follows it, a misspelt option too.
        faults.AddRange(parsed.GetValue(record)!.Where(path => path.StartsWith('-')).Select(path => $"unknown option {path}"));
        double? seconds = parsed.GetValue(duration);
        if (seconds is not null && !(seconds is > 0 and < 1e8))
            faults.Add("duration: above 0");
        return new FleetOptions
        {
            Host = address.Host,
            Port = address.Port,
            UseTls = address.UseTls,
            WebSocketPath = address.WebSocketPath,
            Certificates = Authorities(parsed.GetValue(ca) ?? [], faults),
            AllowPlaintext = parsed.GetValue(allowPlaintext),
            UserName = parsed.GetValue(user),
            Password = parsed.GetValue(user) is null ? null : Environment.GetEnvironmentVariable("ANYECG_MQTT_PASSWORD"),
            Group = parsed.GetValue(group)!,
            Prefix = parsed.GetValue(prefix)!,
            Records = parsed.GetValue(record)!,
            Devices = parsed.GetValue(devices),
            Connections = parsed.GetValue(connections),
            Qos = level == 0 ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce,
            Store = new StoreOptions { Seconds = parsed.GetValue(storeSeconds), Bytes = parsed.GetValue(storeBytes), CatchUp = parsed.GetValue(catchUp) },
            Drain = parsed.GetValue(drain) is >= 0 and < 1e8 and var d ? TimeSpan.FromSeconds(d) : TimeSpan.FromSeconds(-1),
            Duration = seconds is > 0 and < 1e8 ? TimeSpan.FromSeconds(seconds.Value) : null,
            Device = ReadDevice(parsed, (MainsFrequency)hertz, faults),
        };
    }

    private SimulatedDeviceOptions ReadDevice(ParseResult parsed, MainsFrequency hertz, List<string> faults) => new()
    {
        Key = default,
        Record = "",
        Encoding = parsed.GetValue(codec),
        FrameSeconds = parsed.GetValue(frameSeconds),
        Speed = Speed(parsed.GetValue(speed)!, faults),
        Loop = parsed.GetValue(loop),
        Clock = parsed.GetValue(clock),
        Mains = hertz,
        Seed = parsed.GetValue(seed),
        Faults = new FaultOptions
        {
            Loss = parsed.GetValue(loss),
            Duplicate = parsed.GetValue(duplicate),
            Reorder = parsed.GetValue(reorder),
            JitterSeconds = parsed.GetValue(jitter),
        },
    };

    private static MqttBrokerUrl Broker(string text, List<string> faults)
    {
        int colon = text.LastIndexOf(':');
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (MqttBrokerUrl.TryParse(text, out MqttBrokerUrl? url) is not { } fault)
                return url!;
            faults.Add($"broker: {fault}");
        }
        else if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            MqttBrokerUrl plain = new(text[..colon], port, false, null);
            return plain with { UseTls = !plain.IsLoopback };
        }
        else
        {
            faults.Add($"broker: host:port, not '{text}'");
        }

        return new MqttBrokerUrl("127.0.0.1", 1883, false, null);
    }

    private static TlsCertificates? Authorities(string[] files, List<string> faults)
    {
        try
        {
            return files.Length == 0 ? null : new TlsCertificates(new TlsFiles { CaFiles = files });
        }
        catch (InvalidDataException e)
        {
            faults.Add($"ca: {e.Message}");
            return null;
        }
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

    private static int BadUsage(TextWriter error, IEnumerable<string> faults)
    {
        foreach (string fault in faults)
            error.WriteLine(fault);
        error.WriteLine("See --help.");
        return 2;
    }
}
