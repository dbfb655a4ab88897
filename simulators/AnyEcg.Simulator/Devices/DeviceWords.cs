using System.Buffers;
using System.Text.Json;
using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>The documents of one device, as messages.</summary>
internal sealed class DeviceWords(SimulatedDeviceOptions options, int leads)
{
    private const string JsonType = "application/json";

    private readonly IReadOnlyList<(double At, DeviceStatus Status)> timeline = StatusTimeline.Of(options.DeviceFaults, leads);

    public string FrameTopic { get; } = DeviceTopics.Frame(options.Key);

    /// <summary>Seconds since the first sample at which the status changes, without the first status.</summary>
    public IEnumerable<double> Changes => timeline.Skip(1).Select(change => change.At);

    public DeviceMessage Meta(StreamDescriptor descriptor, double due)
    {
        ArrayBufferWriter<byte> output = new();
        DescriptorJson.Write(descriptor, output);
        return new DeviceMessage(InputKind.Meta, due, DeviceTopics.Meta(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent);
    }

    /// <summary>The status that stands at <paramref name="at"/> seconds since the first sample.</summary>
    public DeviceMessage Status(double at, double due) => Status(options, timeline.Last(change => change.At <= Math.Max(0, at)).Status, due);

    /// <summary>What the device says when it leaves, and the broker when it vanishes.</summary>
    public DeviceMessage Offline(double due) => Offline(options, due);

    public static DeviceMessage Offline(SimulatedDeviceOptions options, double due)
        => Status(options, new DeviceStatus(DeviceState.Offline), due) with { IsLast = true };

    /// <summary>The truth of a synthetic device; null for one that replays a recording.</summary>
    public static DeviceMessage? Truth(SimulatedDeviceOptions options, double seconds)
    {
        if (options.Synthetic is null)
            return null;
        ArrayBufferWriter<byte> output = new();
        TruthJson.Write(TruthBuilder.Of(options, options.FirstEpoch ?? 0, seconds), output);
        return new DeviceMessage(InputKind.Meta, 0, TruthJson.Topic(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent);
    }

    public DeviceMessage Mark(ButtonPress mark, DeviceStamps stamps, double due)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch"u8, stamps.Epoch);
            json.WriteNumber("sample"u8, Math.Max(0, stamps.SampleAt(mark.At)));
            if (mark.Text is not null)
                json.WriteString("text"u8, mark.Text);
            json.WriteEndObject();
        }

        return new DeviceMessage(InputKind.Mark, due, DeviceTopics.Mark(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent);
    }

    private static DeviceMessage Status(SimulatedDeviceOptions options, DeviceStatus status, double due)
    {
        ArrayBufferWriter<byte> output = new();
        status.Write(output);
        return new DeviceMessage(InputKind.Status, due, DeviceTopics.Status(options.Key), output.WrittenMemory, JsonType, FrameFate.Sent);
    }
}
