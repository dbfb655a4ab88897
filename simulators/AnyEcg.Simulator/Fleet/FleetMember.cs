using System.Collections.Immutable;

namespace AnyEcg.Simulator;

/// <summary>One device of a fleet, spelled out.</summary>
/// <param name="Device">All of it, key and seed included.</param>
public sealed record FleetMember(SimulatedDeviceOptions Device)
{
    /// <summary>Its store; null: the fleet's.</summary>
    public StoreOptions? Store { get; init; }

    /// <summary>When the network is away from it. Devices with the same outages are behind the same network.</summary>
    public ImmutableArray<Outage> Outages { get; init; } = [];

    /// <summary>All faults of the settings, in words.</summary>
    internal IEnumerable<string> Validate()
    {
        IEnumerable<string> synthetic = Device.Synthetic?.Validate().Select(fault => $"synthetic.{fault}") ?? [];
        foreach (string fault in synthetic.Concat(Device.Faults.Validate()).Concat(Device.DeviceFaults.Validate()).Concat(Store?.Validate() ?? []))
            yield return fault;
        if (Device.Record.Length == 0 == Device.Synthetic is null)
            yield return "records or synthetic: one of them";
        if (!(Device.FrameSeconds is >= FrameSourceOptions.MinFrameSeconds and <= FrameSourceOptions.MaxFrameSeconds))
            yield return "frameSeconds: 0.1 to 10";
        if (!(Device.Speed > 0))
            yield return "speed: above 0, or max";
        if (Outages.Any(outage => !(outage.At >= 0) || !(outage.Seconds > 0)))
            yield return "outages: at 0 or later, longer than 0 s";
        if (!Outages.IsEmpty && !double.IsFinite(Device.Speed))
            yield return "outages: not at speed max, which has no time";
    }
}

/// <summary>The network is away: no connection stands, none can be made.</summary>
/// <param name="At">Seconds of stream time since the start.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Cut">How the standing connections break.</param>
public sealed record Outage(double At, double Seconds, ConnectionCut Cut = ConnectionCut.Reset);
