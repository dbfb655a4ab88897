using System.Buffers.Binary;
using System.Text;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Fuzz.Tests;

/// <summary>What devices and backends send: frames in every codec, and the JSON documents.</summary>
internal static class ProtocolTargets
{
    /// <summary>A frame of the largest legal size is allocated once for each shape: 16 leads x 20,000 samples x 4 bytes.</summary>
    private const int LargestFrame = 16 * FrameLimits.MaxSamplesPerLead * sizeof(float);

    private static readonly StreamDescriptor Descriptor = ReadDescriptor("""{"sampleRateHz":250,"leads":["I","II"],"microvoltsPerLsb":1}""");

    /// <summary>The stream of the golden FHIR Observations.</summary>
    private static readonly StreamDescriptor Observed = ReadDescriptor("""{"sampleRateHz":250,"leads":["II","V1"],"microvoltsPerLsb":1}""");

    private static readonly StreamDescriptor Strap = ReadDescriptor("""{"sampleRateHz":130,"leads":["I"],"microvoltsPerLsb":1}""");

    public static IEnumerable<FuzzTarget> All() =>
    [
        Frame("frame-native", NativeFrameCodec.ContentType, null, new RepairingMutator(new ByteMutator(), RepairCrc)),
        Frame("frame-json", JsonFrameCodec.ContentType, Descriptor, Json),
        Frame("frame-polar", PolarFrameCodec.ContentType, Strap, new ByteMutator()),
        Frame("frame-cbor", CborFrameCodec.ContentType, null, new MixedMutator(new CborMutator(), new ByteMutator())),
        Frame("frame-fhir", FhirFrameCodec.ContentType, Observed, Json),
        Document("descriptor", TakesDescriptor),
        Document("status", utf8 => DeviceStatus.TryParse(utf8, out _) == DocumentRejection.None),
        Document("command", TakesCommand),
        Document("command-answer", utf8 => CommandAnswer.TryParse(utf8) is not null),
        Document("mark", utf8 => PatientMark.TryParse(utf8, out _) == DocumentRejection.None),
        Document("worker-status", utf8 => WorkerStatus.TryParse(utf8, out _) == DocumentRejection.None),
        Document("alert", utf8 => AlertDocumentReader.TryRead(utf8) is not null),
        new()
        {
            Name = "topic",
            Mutator = new MixedMutator(new TextMutator(), new ByteMutator()),
            Feed = bytes => InputTopic.TryParse(Encoding.Latin1.GetString(bytes), out InputTopic topic) == TopicRejection.None && IsSafe(topic),
        },
    ];

    private static MixedMutator Json => new(new JsonMutator(), new ByteMutator());

    private static FuzzTarget Frame(string name, string contentType, StreamDescriptor? descriptor, Mutator mutator) => new()
    {
        Name = name,
        Mutator = mutator,
        Feed = bytes =>
        {
            EcgFrame frame = new();
            return FrameDecoder.Decode(contentType, descriptor, bytes, frame) == FrameRejection.None && Keeps(frame);
        },
        AllocationBase = LargestFrame + (64 * 1024),
    };

    private static FuzzTarget Document(string name, Func<ReadOnlyMemory<byte>, bool> takes) =>
        new() { Name = name, Mutator = Json, Feed = bytes => takes(bytes), AllocationBase = 64 * 1024 };

    /// <summary>What a decoded frame promises whoever reads it; a broken promise is a finding.</summary>
    private static bool Keeps(EcgFrame frame)
    {
        bool good = frame.LeadCount is >= 1 and <= LeadSet.MaxLeads
            && frame.SamplesPerLead is >= 1 and <= FrameLimits.MaxSamplesPerLead
            && frame.FirstSample is EcgFrame.Unplaced or (>= 0 and <= FrameLimits.MaxFirstSample)
            && frame.LeadOff >> frame.LeadCount == 0
            && Enum.IsDefined(frame.DeviceTimeMark);
        foreach (float sample in frame.Samples)
            good &= MathF.Abs(sample) <= FrameLimits.MaxMagnitude;
        return good ? true : throw new InvalidOperationException("a frame was taken that breaks its limits");
    }

    private static bool TakesDescriptor(ReadOnlyMemory<byte> utf8)
    {
        if (DescriptorJson.TryParse(utf8, out StreamDescriptor? descriptor) != DescriptorRejection.None)
            return false;
        return descriptor!.Validate() == DescriptorRejection.None && descriptor.Leads.Length <= LeadSet.MaxLeads
            ? true
            : throw new InvalidOperationException("a descriptor was taken that is not valid");
    }

    private static bool TakesCommand(ReadOnlyMemory<byte> utf8)
    {
        if (CommandRequest.TryParse(utf8, out CommandRequest? command) != CommandRejection.None)
            return false;
        bool good = (command!.OnlyReads || command.Operator is { Length: >= 1 and <= 64 })
            && command.Seconds is null or (>= 1 and <= CommandRequest.MaxPauseSeconds)
            && (command.Kind != CommandKind.Acknowledge || command.AlertId is not null)
            && (command.Limits?.Keys.All(Enum.IsDefined) ?? true)
            && (command.From is null || command.To - command.From is > 0 and <= CommandRequest.MaxStripSamples);
        return good ? true : throw new InvalidOperationException("a command was taken that breaks its limits");
    }

    private static bool IsSafe(in InputTopic topic) => (topic.Key.Group + topic.Key.Stream).AsSpan().ContainsAny("+#/\0")
        ? throw new InvalidOperationException("a topic was taken whose names hold wildcards")
        : true;

    private static void RepairCrc(byte[] frame)
    {
        const int CrcOffset = 36;
        if (frame.Length < CrcOffset + 4)
            return;
        frame.AsSpan(CrcOffset, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(CrcOffset), Crc32C.Finish(Crc32C.Append(Crc32C.Seed, frame)));
    }

    private static StreamDescriptor ReadDescriptor(string json)
    {
        DescriptorJson.TryParse(Encoding.UTF8.GetBytes(json), out StreamDescriptor? descriptor);
        return descriptor!;
    }
}
