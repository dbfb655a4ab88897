using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>A number of devices and the broker they talk to.</summary>
public sealed record FleetOptions
{
    /// <summary>Bound on <see cref="Devices"/>: each has an open file and, by default, a socket.</summary>
    public const int MaxDevices = 10_000;

    /// <summary>Bound on devices that publish their truth: each keeps its document for the next reconnect.</summary>
    public const int MaxTruths = 1_000;

    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 1883;

    /// <summary>TLS; without it a broker on another machine is refused unless <see cref="AllowPlaintext"/>.</summary>
    public bool UseTls { get; init; }

    /// <summary>See <see cref="MqttClientOptions.WebSocketPath"/>.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>Authorities trusted instead of the system's; null: the system's.</summary>
    public TlsCertificates? Certificates { get; init; }

    /// <summary>Talk to a broker on another machine without TLS.</summary>
    public bool AllowPlaintext { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>The environment variable from which commands take the password: on a command line everybody could read it.</summary>
    public const string PasswordVariable = "ANYECG_MQTT_PASSWORD";

    public string Group { get; init; } = "demo";

    /// <summary>Streams are called {prefix}{n}, n from 1.</summary>
    public string Prefix { get; init; } = "sim-";

    /// <summary>Names of the streams instead of prefix and number; empty or one for each device.</summary>
    public IReadOnlyList<string> StreamNames { get; init; } = [];

    /// <summary>Paths of recordings; device n plays record n modulo their number. Empty where the devices are synthetic.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>Every device spelled out, instead of group, prefix, names, records and number of devices.</summary>
    public IReadOnlyList<FleetMember> Members { get; init; } = [];

    public int Devices { get; init; } = 1;

    /// <summary>All devices send at the same instant instead of spread evenly over a frame's length.</summary>
    public bool InStep { get; init; }

    /// <summary>Publish the truth of synthetic devices beside their streams, see <see cref="TruthJson.Topic"/>.</summary>
    public bool PublishTruth { get; init; }

    /// <summary>Connections that the devices share; 0: each has its own, and with it a Will.</summary>
    public int Connections { get; init; }

    public MqttQos Qos { get; init; } = MqttQos.AtLeastOnce;

    /// <summary>How each device keeps what it cannot send at once.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>How long the stores may empty after the last sample; what is left then stays in the ledger as stored.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Back-off between two attempts to reconnect, see <see cref="MqttClientOptions.ReconnectMin"/>.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Its cap.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence on the wire, see <see cref="MqttClientOptions.KeepAlive"/>: how soon a dead connection is found out.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to play; null: to the end of the records, or for ever when looping.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How long the first connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What all devices have in common. Key, record, seed and phase are set for each; the seed counts up from the one here.</summary>
    public SimulatedDeviceOptions Device { get; init; } = new() { Key = default, Record = "" };

    /// <summary>All faults of the settings, in words; none when it is empty.</summary>
    public IReadOnlyList<string> Validate()
    {
        (bool Bad, string Fault)[] rules =
        [
            (Port is < 1 or > 65_535, "port: 1 to 65535"),
            (!UseTls && !AllowPlaintext && !new MqttBrokerUrl(Host, Port, UseTls, WebSocketPath).IsLoopback,
                "broker: without TLS only on this machine; use mqtts:// or wss://, or allow plain text"),
            (TopicLevel.CheckGroup(Group) != TopicRejection.None, $"group: not a topic level: '{Group}'"),
            (Names().Any(name => TopicLevel.Check(name) != TopicRejection.None), "prefix or stream names: not topic levels"),
            (UseTls && Members.Any(member => !member.Outages.IsEmpty), "outages: without TLS; the network in between has no certificate"),
            (Count is < 1 or > MaxDevices, $"devices: 1 to {MaxDevices}"),
            (StreamNames.Count != 0 && StreamNames.Count != Devices, "stream names: none, or one for each device"),
            (Connections < 0 || Connections > Count, "connections: 0 to the number of devices"),
            (Connections > 0 && Members.Any(member => !member.Outages.IsEmpty), "connections: devices with outages have one each"),
            (Members.Select(member => member.Device.Key).Distinct().Count() != Members.Count, "devices: two of the same group and name"),
            (Members.Count == 0 && Records.Count == 0 == Device.Synthetic is null, "record or synthetic: one of them"),
            (!(Device.Speed > 0), "speed: above 0, or max"),
            (!(Device.FrameSeconds is >= FrameSourceOptions.MinFrameSeconds and <= FrameSourceOptions.MaxFrameSeconds), "frame-seconds: 0.1 to 10"),
            (PublishTruth && Count > MaxTruths, $"truth: of at most {MaxTruths} devices"),
            (Drain < TimeSpan.Zero, "drain: 0 or more"),
            (ReconnectMin <= TimeSpan.Zero || ReconnectMax < ReconnectMin, "reconnect: above 0, the cap not below the first"),
            (Duration is { } duration && duration <= TimeSpan.Zero, "duration: above 0"),
        ];
        IEnumerable<string> device = Device.Faults.Validate().Concat(Device.DeviceFaults.Validate()).Concat(Device.Synthetic?.Validate() ?? []);
        IEnumerable<string> members = Members.SelectMany(member => member.Validate()).Distinct();
        return [.. rules.Where(rule => rule.Bad).Select(rule => rule.Fault), .. device, .. members, .. Store.Validate()];
    }

    /// <summary>How many devices there are.</summary>
    internal int Count => Members.Count > 0 ? Members.Count : Devices;

    /// <summary>How far a truth speaks: to the end of the run, a day at most, an hour where no end is known.</summary>
    internal double TruthSeconds => Math.Min(86_400, Duration?.TotalSeconds * TruthSpeed ?? 3_600);

    private double TruthSpeed => Members.Count > 0 ? Members[0].Device.Speed : Device.Speed;

    /// <summary>The store of a device.</summary>
    internal StoreOptions StoreOf(int index) => (Members.Count > 0 ? Members[index].Store : null) ?? Store;

    /// <summary>The options of device <paramref name="index"/>, counted from 0.</summary>
    internal SimulatedDeviceOptions DeviceAt(int index)
    {
        if (Members.Count > 0)
            return Members[index].Device;
        return Device with
        {
            Key = new StreamKey(Group, StreamName(index)),
            Record = Records.Count == 0 ? "" : Records[index % Records.Count],
            Seed = unchecked(Device.Seed + index),
            PhaseSeconds = InStep ? 0 : index * Device.FrameSeconds / Devices,
        };
    }

    private string StreamName(int index) => StreamNames.Count > 0 ? StreamNames[index] : $"{Prefix}{index + 1}";

    private IEnumerable<string> Names() => StreamNames.Count > 0 ? StreamNames : [$"{Prefix}{MaxDevices}"];
}
