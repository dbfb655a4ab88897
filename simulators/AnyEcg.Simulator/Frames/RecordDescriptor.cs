using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>The stream descriptor of a record: what a device that made this recording would say of itself.</summary>
public static class RecordDescriptor
{
    private const int MaxNameLength = 32;

    /// <summary>Read back, the descriptor gives the very <see cref="StreamFormat"/> of the record, so that live and file agree.</summary>
    /// <exception cref="RecordingFormatException">The record is no ECG that a stream can carry.</exception>
    public static StreamDescriptor Of(Recording record, FrameSourceOptions options)
    {
        StreamFormat format = record.Format;
        StreamDescriptor descriptor = new()
        {
            SampleRateHz = format.SampleRateHz,
            Leads = [.. record.Signals.Select(Describe)],
            MicrovoltsPerLsb = format.MicrovoltsPerLsb,
            Baseline = format.Baseline,
            AdcRange = format.AdcRange,
            Epoch = options.Epoch,
            Clock = options.Clock,
            Mains = options.Mains,
            ContentType = options.ContentType,
            Age = record.Info.Patient.AgeYears,
            Sex = record.Info.Patient.Sex switch { Sex.Male => WearerSex.Male, Sex.Female => WearerSex.Female, _ => null },
        };
        DescriptorRejection fault = descriptor.Validate();
        return fault == DescriptorRejection.None
            ? descriptor
            : throw new RecordingFormatException($"Record {record.Info.Name} makes no stream: {fault.WireName()}.");
    }

    private static LeadDescriptor Describe(RecordedSignal signal)
    {
        Lead lead = signal.Lead;
        string name = signal.Name.Trim();
        bool usable = name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl) && LeadNames.Parse(name) == lead;
        return new LeadDescriptor(usable ? name : LeadNames.NameOf(lead), LeadCodes.Of(lead));
    }
}
