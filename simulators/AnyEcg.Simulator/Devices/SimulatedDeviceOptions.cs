using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>Which time a simulated device stamps its frames with.</summary>
public enum DeviceClock
{
    /// <summary>None.</summary>
    None,

    /// <summary>That of the recording; none where its header has no date.</summary>
    Original,

    /// <summary>The present time, running on at the recording's own rate whatever the speed of the replay.</summary>
    Current,
}

/// <summary>One simulated device.</summary>
public sealed record SimulatedDeviceOptions
{
    public required StreamKey Key { get; init; }

    /// <summary>Path of the recording that it replays; of a WFDB record the extension may be left out.</summary>
    public string Record { get; init; } = "";

    /// <summary>What it synthesises instead.</summary>
    public SyntheticOptions? Synthetic { get; init; }

    public FrameEncoding Encoding { get; init; } = FrameEncoding.Int16;

    /// <summary>See <see cref="FrameSourceOptions.FrameSeconds"/>.</summary>
    public double FrameSeconds { get; init; } = 1;

    /// <summary>Seconds of stream for one second of time; <see cref="double.PositiveInfinity"/> for as fast as it goes.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Start again at the end of the record, as a new epoch.</summary>
    public bool Loop { get; init; }

    public DeviceClock Clock { get; init; } = DeviceClock.Current;

    public MainsFrequency Mains { get; init; } = MainsFrequency.Off;

    /// <summary>What goes wrong on the way to the broker.</summary>
    public FaultOptions Faults { get; init; } = new();

    /// <summary>What is wrong with the device itself.</summary>
    public DeviceFaultOptions DeviceFaults { get; init; } = new();

    /// <summary>Seed of the faults and of the synthesis.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>First start count; null takes the present Unix second, so that every run begins a new epoch.</summary>
    public uint? FirstEpoch { get; init; }

    /// <summary>Seconds of stream time to wait before the first frame, so that the devices of a fleet do not send in step.</summary>
    public double PhaseSeconds { get; init; }
}
