using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>What a device knows of the time.</summary>
public enum ClockKind : byte
{
    /// <summary>No clock: frames carry no device time.</summary>
    None,

    /// <summary>A clock of its own, that drifts and may start anywhere.</summary>
    Free,

    /// <summary>A clock disciplined by the network or a satellite.</summary>
    Synchronised,
}

/// <summary>Sex of the wearer, as HL7 administrative gender has it.</summary>
public enum WearerSex : byte
{
    Unknown,
    Female,
    Male,
    Other,
}

/// <summary>One lead of a descriptor.</summary>
/// <param name="Name">As the device calls it, 1 to 32 characters.</param>
/// <param name="Mdc">32-bit MDC code, where the device gives one.</param>
public sealed record LeadDescriptor(string Name, int? Mdc = null)
{
    /// <summary>The lead: by code where it is a known one, else by name.</summary>
    public Lead Lead => (Mdc is int code ? LeadCodes.Find(code) : null) ?? LeadNames.Parse(Name);

    /// <summary>A lead of the table, with its code where there is one.</summary>
    public static LeadDescriptor Of(Lead lead) => new(LeadNames.NameOf(lead), LeadCodes.Of(lead));
}

/// <summary>
/// What a device says of its stream, retained on the meta topic: how to read its samples. Immutable; judged by
/// <see cref="Validate"/>, which reading from the wire includes. <see cref="DescriptorJson"/> reads and writes it.
/// </summary>
public sealed record StreamDescriptor
{
    /// <summary>Hertz; see <see cref="StreamFormat.SampleRateHz"/>.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>In wire order.</summary>
    public required ImmutableArray<LeadDescriptor> Leads { get; init; }

    /// <summary>Microvolts for one step of the converter; one for all leads or one for each.</summary>
    public required ImmutableArray<double> MicrovoltsPerLsb { get; init; }

    /// <summary>The sample value of 0 uV; one for all leads or one for each.</summary>
    public ImmutableArray<double> Baseline { get; init; } = [0];

    /// <summary>Lowest and highest code of the converter; one for all leads or one for each, null where not known.</summary>
    public ImmutableArray<(double Min, double Max)>? AdcRange { get; init; }

    /// <summary>Start count of the device when the descriptor was written; frames that leave out theirs take it.</summary>
    public uint Epoch { get; init; }

    public ClockKind Clock { get; init; } = ClockKind.None;

    public MainsFrequency Mains { get; init; } = MainsFrequency.Off;

    /// <summary>Content type of frames that come without one (MQTT 3.1.1), or null: such frames are then refused.</summary>
    public string? ContentType { get; init; }

    /// <summary>Years.</summary>
    public int? Age { get; init; }

    public WearerSex? Sex { get; init; }

    /// <summary>The first fault, or none.</summary>
    public DescriptorRejection Validate() => DescriptorRules.Validate(this);

    /// <summary>What the signal path needs, one value per lead. Only for a valid descriptor: <see cref="InvalidOperationException"/>.</summary>
    public StreamFormat ToStreamFormat()
    {
        DescriptorRejection fault = Validate();
        if (fault != DescriptorRejection.None)
            throw new InvalidOperationException($"Not a valid stream descriptor: {fault.WireName()}.");
        return new StreamFormat
        {
            SampleRateHz = SampleRateHz,
            Leads = new LeadSet([.. Leads.Select(lead => lead.Lead)]),
            MicrovoltsPerLsb = PerLead(MicrovoltsPerLsb),
            Baseline = PerLead(Baseline),
            AdcRange = AdcRange is { } range ? PerLead(range) : null,
            Mains = Mains,
            Clock = Clock switch
            {
                ClockKind.Free => DeviceClockKind.Free,
                ClockKind.Synchronised => DeviceClockKind.Synchronised,
                _ => DeviceClockKind.Unknown,
            },
        };
    }

    private ImmutableArray<T> PerLead<T>(ImmutableArray<T> values)
        => values.Length == Leads.Length ? values : [.. Enumerable.Repeat(values[0], Leads.Length)];
}
