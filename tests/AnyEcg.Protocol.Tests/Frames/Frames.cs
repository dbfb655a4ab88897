using System.Buffers;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

/// <summary>Frames to test with.</summary>
internal static class Frames
{
    public static EcgFrame Of(params float[][] leads)
    {
        EcgFrame frame = new() { Epoch = 1 };
        frame.Resize(leads.Length, leads[0].Length);
        for (int lead = 0; lead < leads.Length; lead++)
            leads[lead].CopyTo(frame.LeadSamples(lead));
        return frame;
    }

    /// <summary>A frame that fits a codec, everything about it drawn from the seed.</summary>
    public static EcgFrame Any(FrameCodec codec, int seed)
    {
        Random random = new(seed);
        EcgFrame frame = new();
        frame.Resize(random.Next(1, LeadSet.MaxLeads + 1), random.Next(1, 70));
        frame.Epoch = (uint)random.NextInt64(1L << 32);
        frame.FirstSample = random.NextInt64(FrameLimits.MaxFirstSample + 1);
        frame.DeviceTimeMark = (DeviceTimeMark)random.Next(3);
        frame.DeviceTimeNs = frame.DeviceTimeMark == DeviceTimeMark.None ? 0 : random.NextInt64(long.MinValue, long.MaxValue);
        frame.LeadOff = (uint)random.Next(1 << frame.LeadCount);
        foreach (ref float sample in frame.Samples)
        {
            sample = codec switch
            {
                FrameCodec.Int16 => random.Next(short.MinValue, short.MaxValue + 1),
                FrameCodec.Float32 => (random.NextSingle() - 0.5f) * 2 * FrameLimits.MaxMagnitude,
                _ => random.Next(FrameLimits.MinInteger, FrameLimits.MaxInteger + 1),
            };
        }

        return frame;
    }

    public static byte[] Encode(EcgFrame frame, FrameCodec codec)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(FrameRejection.None, NativeFrameCodec.Encode(frame, codec, output));
        return output.WrittenSpan.ToArray();
    }

    public static byte[] EncodeJson(EcgFrame frame)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(FrameRejection.None, JsonFrameCodec.Encode(frame, output));
        return output.WrittenSpan.ToArray();
    }

    public static byte[] EncodeCbor(EcgFrame frame)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(FrameRejection.None, CborFrameCodec.Encode(frame, output));
        return output.WrittenSpan.ToArray();
    }

    public static bool Same(EcgFrame a, EcgFrame b)
        => a.Epoch == b.Epoch && a.FirstSample == b.FirstSample && a.LeadCount == b.LeadCount && a.SamplesPerLead == b.SamplesPerLead
        && a.DeviceTimeMark == b.DeviceTimeMark && a.DeviceTimeNs == b.DeviceTimeNs && a.LeadOff == b.LeadOff
        && a.Samples.SequenceEqual(b.Samples);
}
