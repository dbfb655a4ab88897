using System.Collections.Immutable;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>A scenario: devices, what their hearts do, what goes wrong and when. docs/simulator.md describes the file.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Of all chance in it; device n counts up from it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long it runs; null: until its programmes and recordings end.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Publish the truth of its synthetic devices.</summary>
    public bool Truth { get; init; } = true;

    public required ImmutableArray<ScenarioDevices> Devices { get; init; }

    /// <summary>The devices one by one.</summary>
    /// <param name="folder">Paths of recordings are relative to it.</param>
    /// <param name="speed">Times real time.</param>
    public IReadOnlyList<FleetMember> Members(string folder, double speed)
    {
        List<FleetMember> members = [];
        foreach (ScenarioDevices devices in Devices)
        {
            for (int i = 0; i < devices.Count; i++)
                members.Add(devices.Member(i, unchecked(Seed + members.Count), folder, speed));
        }

        return members;
    }

    /// <summary>All faults, each with its path.</summary>
    internal IEnumerable<string> Validate()
    {
        if (DurationSeconds is { } seconds && !(seconds is > 0 and <= 1e8))
            yield return "durationSeconds: above 0, at most 1e8";
        if (Devices.Length is 0)
            yield return "devices: at least one";
        for (int i = 0; i < Devices.Length; i++)
        {
            foreach (string fault in Devices[i].Validate())
                yield return $"devices[{i}].{fault}";
        }
    }
}

/// <summary>Some devices of a scenario that differ only in name, seed and recording.</summary>
public sealed record ScenarioDevices
{
    public int Count { get; init; } = 1;

    public string Group { get; init; } = "demo";

    /// <summary>Streams are called {prefix}{n}, n from 1.</summary>
    public required string Prefix { get; init; }

    /// <summary>Recordings that they replay, in turn.</summary>
    public ImmutableArray<string> Records { get; init; } = [];

    /// <summary>Begin a recording again at its end, as a new epoch.</summary>
    public bool Loop { get; init; }

    /// <summary>What they synthesise instead.</summary>
    public SyntheticOptions? Synthetic { get; init; }

    public FrameEncoding Codec { get; init; } = FrameEncoding.Int16;

    public double FrameSeconds { get; init; } = 1;

    public DeviceClock Clock { get; init; } = DeviceClock.Current;

    /// <summary>Mains frequency that the descriptor states: 0, 50 or 60.</summary>
    public int Mains { get; init; }

    /// <summary>First epoch; null takes the time of the start.</summary>
    public uint? FirstEpoch { get; init; }

    /// <summary>What is wrong with the device.</summary>
    public DeviceFaultOptions Faults { get; init; } = new();

    /// <summary>What goes wrong on the way.</summary>
    public FaultOptions Network { get; init; } = new();

    public ImmutableArray<Outage> Outages { get; init; } = [];

    public StoreOptions Store { get; init; } = new();

    private string FirstRecord => Records.IsEmpty ? "" : Records[0];

    internal FleetMember Member(int index, int seed, string folder, double speed) => new(new SimulatedDeviceOptions
    {
        Key = new StreamKey(Group, $"{Prefix}{index + 1}"),
        Record = Records.IsEmpty ? "" : Path.GetFullPath(Records[index % Records.Length], Path.GetFullPath(folder)),
        Loop = Loop,
        Synthetic = Synthetic,
        Encoding = Codec,
        FrameSeconds = FrameSeconds,
        Clock = Clock,
        Mains = (MainsFrequency)Mains,
        FirstEpoch = FirstEpoch,
        DeviceFaults = Faults with { Noise = [.. Faults.Noise.Select(n => n.Record is null ? n : n with { Record = Path.GetFullPath(n.Record, Path.GetFullPath(folder)) })] },
        Faults = Network,
        Speed = speed,
        Seed = seed,
        PhaseSeconds = Count == 1 ? 0 : index * FrameSeconds / Count,
    })
    {
        Store = Store,
        Outages = Outages,
    };

    internal IEnumerable<string> Validate()
    {
        if (Count is < 1 or > FleetOptions.MaxDevices)
            yield return $"count: 1 to {FleetOptions.MaxDevices}";
        if (TopicLevel.CheckGroup(Group) != TopicRejection.None)
            yield return $"group: not a topic level: '{Group}'";
        if (TopicLevel.Check($"{Prefix}{FleetOptions.MaxDevices}") != TopicRejection.None)
            yield return $"prefix: not a topic level: '{Prefix}'";
        if (Mains is not (0 or 50 or 60))
            yield return "mains: 0, 50 or 60";
        FleetMember any = Member(0, 1, "/", 1);
        foreach (string fault in (any with { Device = any.Device with { Record = FirstRecord } }).Validate())
            yield return fault;
    }
}
