using System.Buffers;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// All that one device sends, in order, with the faults of its seed: descriptor, online, frames, at the end offline. A frame is due
/// when its last sample is taken. Pure: the same record, options and start give the same messages.
/// </summary>
internal sealed class DeviceScript(FrameSource source, SimulatedDeviceOptions options, long startNs)
{
    private const string JsonType = "application/json";

    private readonly FaultDice dice = new(options.Faults, options.Seed);
    private readonly EcgFrame frame = new();
    private readonly string frameTopic = DeviceTopics.Frame(options.Key);
    private double lastDue;

    /// <summary>Reads the record as it is enumerated; enumerate once.</summary>
    public IEnumerable<DeviceMessage> Messages()
    {
        uint epoch = options.FirstEpoch ?? (uint)(startNs / 1_000_000_000);
        double offset = options.PhaseSeconds;
        do
        {
            source.Rewind(epoch, EpochStartNs(offset));
            yield return Meta(offset);
            yield return Status(new DeviceStatus(DeviceState.Online, Battery: 100), offset);
            foreach (DeviceMessage message in Frames(offset))
                yield return message;
            offset += source.Position / source.Format.SampleRateHz;
            epoch++;
        }
        while (options.Loop && source.Position > 0);
        yield return Offline(lastDue);
    }

    /// <summary>What the device says when it leaves, and the broker when it vanishes.</summary>
    public static DeviceMessage Offline(SimulatedDeviceOptions options, double at)
    {
        ArrayBufferWriter<byte> output = new();
        new DeviceStatus(DeviceState.Offline).Write(output);
        return new DeviceMessage(InputKind.Status, at, DeviceTopics.Status(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent) { IsLast = true };
    }

    private IEnumerable<DeviceMessage> Frames(double offset)
    {
        DeviceMessage? late = null;
        while (source.TryNext(frame))
        {
            FrameFaults faults = dice.Next();
            DeviceMessage message = Frame(offset, faults);
            if (faults.Late && late is null)
            {
                late = message;
                continue;
            }

            yield return message;
            if (faults.Duplicated)
                yield return message with { Fate = FrameFate.Duplicate, Samples = 0 };
            if (late is not null)
                yield return late with { AtSeconds = message.AtSeconds };
            late = null;
        }

        if (late is not null)
            yield return late;
    }

    private DeviceMessage Frame(double offset, FrameFaults faults)
    {
        double taken = (frame.FirstSample + frame.SamplesPerLead) / source.Format.SampleRateHz;
        lastDue = Math.Max(lastDue, offset + taken + faults.DelaySeconds);
        FrameFate fate = faults.Lost ? FrameFate.Lost : FrameFate.Sent;
        byte[] payload = faults.Lost ? [] : options.Encoding.Encode(frame);
        return new DeviceMessage(InputKind.Frame, lastDue, frameTopic, payload, options.Encoding.ContentType(), fate) { Samples = frame.SamplesPerLead };
    }

    private DeviceMessage Meta(double at)
    {
        ArrayBufferWriter<byte> output = new();
        DescriptorJson.Write(source.Descriptor, output);
        return new DeviceMessage(InputKind.Meta, at, DeviceTopics.Meta(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent);
    }

    private DeviceMessage Status(DeviceStatus status, double at)
    {
        ArrayBufferWriter<byte> output = new();
        status.Write(output);
        return new DeviceMessage(InputKind.Status, at, DeviceTopics.Status(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent);
    }

    private DeviceMessage Offline(double at) => Offline(options, at);

    private long? EpochStartNs(double offset) => options.Clock switch
    {
        DeviceClock.Current => startNs + (long)(offset * 1e9),
        DeviceClock.Original => source.RecordedNs,
        _ => null,
    };
}
