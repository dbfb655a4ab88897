using System.Buffers;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class FrameAllocationTests
{
    private const int Rounds = 2_000;

    public static TheoryData<FrameCodec> Codecs => NativeFrameCodecTests.Codecs;

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Native_EncodeAndDecode_AllocateNothing(FrameCodec codec)
    {
        EcgFrame frame = Frames.Any(codec, 11), into = new();
        ArrayBufferWriter<byte> output = new(64 * 1024);
        Assert.Equal(0, AllocatedBy(() =>
        {
            output.ResetWrittenCount();
            NativeFrameCodec.Encode(frame, codec, output);
            FrameDecoder.Decode(NativeFrameCodec.ContentType, null, output.WrittenSpan, into);
        }));
        Assert.True(Frames.Same(frame, into));
    }

    [Fact]
    public void Json_DecodeNumbersAndBase64_AllocatesNothing()
    {
        EcgFrame frame = Frames.Any(FrameCodec.Int16, 12), into = new();
        byte[] numbers = Frames.EncodeJson(frame);
        byte[] base64 = [.. """{"firstSample":0,"leads":1,"base64":"AQACAAMABAAFAAYA"}"""u8];
        Assert.Equal(0, AllocatedBy(() =>
        {
            FrameDecoder.Decode("application/json; charset=utf-8", null, numbers, into);
            FrameDecoder.Decode("application/json", null, base64, into);
        }));
        Assert.Equal([1, 2, 3, 4, 5, 6], into.Samples.ToArray());
    }

    [Fact]
    public void CborAndPolar_Decode_AllocateNothing()
    {
        StreamDescriptor descriptor = new() { SampleRateHz = 130, Leads = [new LeadDescriptor("ECG")], MicrovoltsPerLsb = [1] };
        EcgFrame into = new();
        byte[] typed = RepositoryFiles.Hex("cbor-typed"), plain = RepositoryFiles.Hex("cbor-plain"), polar = RepositoryFiles.Hex("polar-ecg");
        Assert.Equal(0, AllocatedBy(() =>
        {
            FrameDecoder.Decode(CborFrameCodec.ContentType, null, typed, into);
            FrameDecoder.Decode(CborFrameCodec.ContentType, null, plain, into);
            FrameDecoder.Decode(PolarFrameCodec.ContentType, descriptor, polar, into);
        }));
        Assert.Equal(6, into.SamplesPerLead);
    }

    /// <summary>Bytes a round, rounded down: the runtime itself may allocate once in a while.</summary>
    private static long AllocatedBy(Action round)
    {
        for (int i = 0; i < 200; i++)
            round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
            round();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }
}
