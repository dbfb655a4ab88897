using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>What the device says of itself over time: leads that are off, as far as it notices, and its battery.</summary>
internal static class StatusTimeline
{
    private const double SecondsPerHour = 3600;

    /// <summary>Every change with its time, ascending; the first at 0. The first of them stands also after a restart.</summary>
    /// <param name="faults">What is wrong with it.</param>
    /// <param name="leads">How many leads it has.</param>
    public static IReadOnlyList<(double At, DeviceStatus Status)> Of(DeviceFaultOptions faults, int leads)
    {
        SortedSet<double> times = [0];
        foreach (ElectrodeFault fault in faults.Electrodes.Where(fault => fault.Flagged))
            times.UnionWith([fault.From, fault.To]);
        if (faults is { BatteryPercent: { } percent, BatteryPerHour: > 0 })
            times.UnionWith(Enumerable.Range(0, (int)percent + 1).Select(left => (percent - left) / faults.BatteryPerHour * SecondsPerHour));
        return [.. times.Select(at => (at, At(faults, leads, at)))];
    }

    private static DeviceStatus At(DeviceFaultOptions faults, int leads, double at)
    {
        uint all = (uint)((1UL << leads) - 1);
        uint off = faults.Electrodes.Where(fault => fault.Flagged && at >= fault.From && at < fault.To)
            .Aggregate(0u, (mask, fault) => mask | fault.Mask(leads));

        // A little less than all, so that a step of the battery counts at the very second it comes.
        int? battery = faults.BatteryPercent is { } percent
            ? (int)Math.Clamp(Math.Ceiling(percent - (faults.BatteryPerHour * at / SecondsPerHour) - 1e-9), 0, 100)
            : null;
        return new DeviceStatus(off == all ? DeviceState.LeadOff : DeviceState.Online, off, battery);
    }
}
