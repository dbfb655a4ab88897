using System.Buffers;
using System.Numerics;
using System.Text;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>Payloads of a made-up device.</summary>
internal static class Wire
{
    public const string Native = NativeFrameCodec.ContentType;

    public const string Json = JsonFrameCodec.ContentType;

    public const int Rate = 250;

    public static byte[] Descriptor(int leads = 1, double rate = Rate, uint epoch = 0)
    {
        string names = string.Join(',', Enumerable.Range(0, leads).Select(i => $"\"V{i + 1}\""));
        return Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"sampleRateHz\":{rate},\"leads\":[{names}],\"microvoltsPerLsb\":5,\"epoch\":{epoch}}}"));
    }

    public static byte[] Frame(long firstSample = 0, int leads = 1, FrameCodec codec = FrameCodec.Int16, int samples = Rate, uint epoch = 1)
    {
        EcgFrame frame = new() { Epoch = epoch, FirstSample = firstSample };
        frame.Resize(leads, samples);
        for (int i = 0; i < frame.Samples.Length; i++)
        {
            frame.Samples[i] = (i + (int)firstSample) % 97;
        }

        ArrayBufferWriter<byte> output = new();
        Assert.Equal(FrameRejection.None, NativeFrameCodec.Encode(frame, codec, output));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A float32 frame whose first sample is not a number, with a checksum that is right.</summary>
    public static byte[] NotANumber()
    {
        byte[] frame = Frame(codec: FrameCodec.Float32);
        BitConverter.TryWriteBytes(frame.AsSpan(NativeFrameCodec.HeaderBytes), float.NaN);
        frame.AsSpan(36, 4).Clear();
        uint crc = uint.MaxValue;
        foreach (byte value in frame)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        BitConverter.TryWriteBytes(frame.AsSpan(36), ~crc);
        return frame;
    }

    public static byte[] Status(DeviceState state)
    {
        ArrayBufferWriter<byte> output = new();
        new DeviceStatus(state).Write(output);
        return output.WrittenSpan.ToArray();
    }
}
