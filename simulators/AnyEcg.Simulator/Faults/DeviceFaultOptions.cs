using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>What is wrong with a device and its electrodes. All times are seconds of true time since its first sample.</summary>
public sealed record DeviceFaultOptions
{
    /// <summary>How much too fast its clock runs, parts per million; below 0 too slow.</summary>
    public double DriftPpm { get; init; }

    public ImmutableArray<ClockJump> ClockJumps { get; init; } = [];

    /// <summary>How far the true sample rate is from the one it states, percent.</summary>
    public double RateErrorPercent { get; init; }

    public ImmutableArray<DeviceRestart> Restarts { get; init; } = [];

    public ImmutableArray<ElectrodeFault> Electrodes { get; init; } = [];

    public ImmutableArray<NoiseFault> Noise { get; init; } = [];

    /// <summary>Charge at the start, percent; null: the device does not say.</summary>
    public double? BatteryPercent { get; init; } = 100;

    /// <summary>Charge lost in an hour, percent.</summary>
    public double BatteryPerHour { get; init; }

    /// <summary>The patient's button.</summary>
    public ImmutableArray<ButtonPress> Marks { get; init; } = [];

    /// <summary>All faults, in words.</summary>
    internal IEnumerable<string> Validate()
    {
        if (!(Math.Abs(DriftPpm) <= 10_000))
            yield return "driftPpm: -10000 to 10000";
        if (!(Math.Abs(RateErrorPercent) <= 10))
            yield return "rateErrorPercent: -10 to 10";
        if (ClockJumps.Any(jump => !(jump.At >= 0) || !(Math.Abs(jump.Seconds) <= 1e9)))
            yield return "clockJumps: at 0 or later, by at most 1e9 s";
        if (Restarts.Any(restart => !(restart.At >= 0) || !(restart.DownSeconds is >= 0 and <= 1e6)))
            yield return "restarts: at 0 or later, down for 0 or more seconds";
        if (BatteryPercent is { } percent && !(percent is >= 0 and <= 100) || !(BatteryPerHour >= 0))
            yield return "battery: 0 to 100, losing 0 or more an hour";
        if (Electrodes.Any(fault => !(fault.From >= 0) || !(fault.To > fault.From) || fault.Leads.Any(lead => lead is < 0 or >= LeadSet.MaxLeads)))
            yield return "electrodes: from 0 or later to a later time, leads 0 to 15";
        if (Noise.Any(fault => !(fault.From >= 0) || !(fault.To > fault.From) || !(Math.Abs(fault.SnrDb) <= 60)))
            yield return "noise: from 0 or later to a later time, snrDb -60 to 60";
        if (Noise.Any(fault => fault.Kind == NoiseKind.Record != fault.Record is not null))
            yield return "noise: kind record and a record belong together";
        if (Marks.Any(mark => !(mark.At >= 0) || mark.Text?.Length > 200))
            yield return "marks: at 0 or later, text of at most 200 characters";
    }
}

/// <summary>The device's clock is set.</summary>
/// <param name="At">When.</param>
/// <param name="Seconds">By how much, below 0 backwards.</param>
public sealed record ClockJump(double At, double Seconds);

/// <summary>The device starts anew and counts its samples from 0.</summary>
/// <param name="At">When it goes down.</param>
/// <param name="DownSeconds">How long it takes no samples.</param>
/// <param name="NewEpoch">Whether it says so, as it should.</param>
public sealed record DeviceRestart(double At, double DownSeconds = 0, bool NewEpoch = true);

/// <summary>What a lead shows whose electrode has no contact.</summary>
public enum ElectrodeSignal
{
    /// <summary>One code.</summary>
    Flat,

    /// <summary>The highest code of the converter.</summary>
    Saturated,

    /// <summary>Mains hum and noise of some millivolts.</summary>
    Floating,
}

/// <summary>Leads whose electrodes have no contact for a while.</summary>
/// <param name="From">From this second,</param>
/// <param name="To">to this one.</param>
/// <param name="Signal">What is seen instead.</param>
public sealed record ElectrodeFault(double From, double To, ElectrodeSignal Signal = ElectrodeSignal.Flat)
{
    /// <summary>Indices of the leads; empty: all.</summary>
    public ImmutableArray<int> Leads { get; init; } = [];

    /// <summary>Whether the device notices and sets the leads' bits and its status.</summary>
    public bool Flagged { get; init; } = true;

    internal uint Mask(int leadCount) => Leads.IsEmpty
        ? (uint)((1UL << leadCount) - 1)
        : Leads.Where(lead => lead < leadCount).Aggregate(0u, (mask, lead) => mask | 1u << lead);
}

/// <summary>A kind of noise.</summary>
public enum NoiseKind
{
    /// <summary>Below 0.5 Hz.</summary>
    BaselineWander,

    /// <summary>Above 20 Hz.</summary>
    Muscle,

    /// <summary>Steps that decay within half a second: the kind that looks most like an ECG.</summary>
    ElectrodeMotion,

    /// <summary>Mains, with its third harmonic.</summary>
    Hum,

    /// <summary>A recording of noise, e.g. of the MIT-BIH Noise Stress Test Database.</summary>
    Record,
}

/// <summary>
/// Noise at a signal-to-noise ratio, defined as in the WFDB noise stress test (nst(1)): the signal's power is that of a sine as high as
/// the ECG, peak to peak; the noise's is its mean square.
/// </summary>
/// <param name="Kind">Which.</param>
/// <param name="From">From this second,</param>
/// <param name="To">to this one.</param>
/// <param name="SnrDb">Decibels.</param>
public sealed record NoiseFault(NoiseKind Kind, double From, double To, double SnrDb)
{
    /// <summary>Path of the recording of <see cref="NoiseKind.Record"/>; its leads are used in turn, from the beginning, over and over.</summary>
    public string? Record { get; init; }

    /// <summary>Of <see cref="NoiseKind.Hum"/>.</summary>
    public double MainsHz { get; init; } = 50;
}

/// <summary>The patient presses the button.</summary>
/// <param name="At">When.</param>
/// <param name="Text">What the patient says of it.</param>
public sealed record ButtonPress(double At, string? Text = null);
