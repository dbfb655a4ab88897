using System.Buffers;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class PolarFrameCodecTests
{
    private static readonly StreamDescriptor H10 = Descriptor(1, 0);

    [Fact]
    public void Decode_GoldenNotification_AgreesWithTheIndependentGenerator()
    {
        EcgFrame into = new();
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode("application/vnd.polar.pmd", H10, RepositoryFiles.Hex("polar-ecg"), into));
        Assert.Equal((EcgFrame.Unplaced, 4u, DeviceTimeMark.LastSample), (into.FirstSample, into.Epoch, into.DeviceTimeMark));
        Assert.Equal(1_700_000_000_123_456_789, into.DeviceTimeNs);
        Assert.Equal([0, 1, -1, 1250, -8388608, 8388607], into.Samples.ToArray());
    }

    [Fact]
    public void Encode_GoldenNotification_GivesTheSameBytes()
    {
        byte[] golden = RepositoryFiles.Hex("polar-ecg");
        EcgFrame frame = new();
        PolarFrameCodec.Decode(golden, H10, frame);
        Assert.Equal(golden, Encode(frame, H10));
    }

    [Fact]
    public void Decode_AfterEncode_GivesTheFrameWhateverTheDescriptorsScale() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        Random random = new(seed);
        StreamDescriptor descriptor = Descriptor(1 << random.Next(4), random.Next(-100, 100));
        EcgFrame frame = new() { DeviceTimeMark = DeviceTimeMark.LastSample, DeviceTimeNs = random.NextInt64(PolarFrameCodec.EpochNs, long.MaxValue) };
        frame.Resize(1, random.Next(1, 200));
        foreach (ref float sample in frame.Samples)
            sample = random.Next(-30_000, 30_000);
        EcgFrame into = new();
        Assert.Equal(FrameRejection.None, PolarFrameCodec.Decode(Encode(frame, descriptor), descriptor, into));
        Assert.Equal(frame.Samples.ToArray(), into.Samples.ToArray());
        Assert.Equal(frame.DeviceTimeNs, into.DeviceTimeNs);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 2, FrameRejection.BadMeasurement)]
    [InlineData(9, 1, FrameRejection.BadCodec)]
    [InlineData(9, 0x80, FrameRejection.BadCodec)]
    [InlineData(8, 0xFF, FrameRejection.BadTime)]
    public void Decode_OneByteWrong_IsRefused(int at, byte value, FrameRejection reason)
    {
        byte[] message = RepositoryFiles.Hex("polar-ecg");
        message[at] = value;
        Assert.Equal(reason, PolarFrameCodec.Decode(message, H10, new EcgFrame()));
    }

    [Fact]
    public void Decode_EveryTruncation_IsRefusedOrShorter()
    {
        byte[] message = RepositoryFiles.Hex("polar-ecg");
        for (int length = 0; length < message.Length; length++)
        {
            bool whole = length > 10 && (length - 10) % 3 == 0;
            Assert.Equal(whole ? FrameRejection.None : FrameRejection.BadLength, PolarFrameCodec.Decode(message.AsSpan(0, length), H10, new EcgFrame()));
        }
    }

    [Fact]
    public void Decode_WithoutADescriptorOrForTwoLeads_IsRefused()
    {
        byte[] message = RepositoryFiles.Hex("polar-ecg");
        Assert.Equal(FrameRejection.NoDescriptor, FrameDecoder.Decode(PolarFrameCodec.ContentType, null, message, new EcgFrame()));
        StreamDescriptor two = H10 with { Leads = [new LeadDescriptor("I"), new LeadDescriptor("II")] };
        Assert.Equal(FrameRejection.LeadCountMismatch, FrameDecoder.Decode(PolarFrameCodec.ContentType, two, message, new EcgFrame()));
    }

    [Fact]
    public void Decode_MoreSamplesThanAFrameMayHave_IsTooLarge()
        => Assert.Equal(FrameRejection.TooLarge, PolarFrameCodec.Decode(new byte[10 + (3 * 20_001)], H10, new EcgFrame()));

    [Fact]
    public void Encode_OtherThanTheStrapCanSay_IsRefused()
    {
        EcgFrame frame = Frames.Of([1, 2]);
        Assert.Equal(FrameRejection.BadTime, PolarFrameCodec.Encode(frame, H10, new ArrayBufferWriter<byte>()));
        (frame.DeviceTimeMark, frame.DeviceTimeNs) = (DeviceTimeMark.LastSample, PolarFrameCodec.EpochNs);
        frame.Samples[1] = 1.2e7f;
        Assert.Equal(FrameRejection.OutOfRange, PolarFrameCodec.Encode(frame, H10, new ArrayBufferWriter<byte>()));
    }

    private static byte[] Encode(EcgFrame frame, StreamDescriptor descriptor)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(FrameRejection.None, PolarFrameCodec.Encode(frame, descriptor, output));
        return output.WrittenSpan.ToArray();
    }

    private static StreamDescriptor Descriptor(double gain, double baseline) => new()
    {
        SampleRateHz = 130,
        Leads = [new LeadDescriptor("ECG")],
        MicrovoltsPerLsb = [gain],
        Baseline = [baseline],
        Epoch = 4,
    };
}
