using System.Buffers;
using System.Buffers.Binary;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class CborFrameCodecTests
{
    public static TheoryData<string> Vectors => ["cbor-typed", "cbor-grid", "cbor-plain"];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Decode_GoldenVector_IsItsJsonTwin(string name)
    {
        EcgFrame cbor = new(), json = new();
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode("application/cbor", null, RepositoryFiles.Hex(name), cbor));
        Assert.Equal(FrameRejection.None, JsonFrameCodec.Decode(File.ReadAllBytes(RepositoryFiles.Golden($"{name}.json")), null, json));
        Assert.True(Frames.Same(json, cbor));
    }

    [Fact]
    public void Encode_TheFrameOfAVector_GivesItsBytes()
    {
        EcgFrame frame = new();
        CborFrameCodec.Decode(RepositoryFiles.Hex("cbor-typed"), null, frame);
        Assert.Equal(RepositoryFiles.Hex("cbor-typed"), Frames.EncodeCbor(frame));
    }

    [Fact]
    public void Decode_AfterEncode_GivesTheSameFrame() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        FrameCodec kind = (FrameCodec)(1 + (seed & 3));
        EcgFrame frame = Frames.Any(kind, seed), into = new();
        Assert.Equal(FrameRejection.None, CborFrameCodec.Decode(Frames.EncodeCbor(frame), null, into));
        Assert.True(Frames.Same(frame, into));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(64, 1, 200)]
    [InlineData(65, 2, 40_000)]
    [InlineData(66, 4, 9_000_000)]
    [InlineData(68, 1, 200)]
    [InlineData(69, 2, 40_000)]
    [InlineData(70, 4, 9_000_000)]
    [InlineData(72, 1, -100)]
    [InlineData(73, 2, -30_000)]
    [InlineData(74, 4, -9_000_000)]
    [InlineData(77, 2, -30_000)]
    [InlineData(78, 4, -9_000_000)]
    public void Decode_EveryIntegerTag_ReadsItsOrderAndSign(byte tag, int width, int value)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        number = number[..width];
        if ((tag & 4) == 0)
            Array.Reverse(number);
        Assert.Equal([value], Samples(Typed(tag, number)));
    }

    [Theory]
    [InlineData(80, new byte[] { 0xC2, 0x40 })]
    [InlineData(81, new byte[] { 0xC0, 0x48, 0, 0 })]
    [InlineData(82, new byte[] { 0xC0, 0x09, 0, 0, 0, 0, 0, 0 })]
    [InlineData(84, new byte[] { 0x40, 0xC2 })]
    [InlineData(85, new byte[] { 0, 0, 0x48, 0xC0 })]
    [InlineData(86, new byte[] { 0, 0, 0, 0, 0, 0, 0x09, 0xC0 })]
    public void Decode_EveryFloatTag_ReadsMinus3Point125(byte tag, byte[] number) => Assert.Equal([-3.125f], Samples(Typed(tag, number)));

    [Theory]
    [InlineData(67)]
    [InlineData(71)]
    [InlineData(75)]
    [InlineData(76)]
    [InlineData(79)]
    [InlineData(83)]
    [InlineData(87)]
    [InlineData(41)]
    public void Decode_TagThatIsNotRead_IsRefusedAsACodec(byte tag)
        => Assert.Equal(FrameRejection.BadCodec, Decode(Frame([0x81, .. Typed(tag, new byte[16])])));

    [Fact]
    public void Decode_OneRowForAllLeads_AsksForTheirNumber()
    {
        byte[] row = Typed(72, [1, 2, 3, 4]);
        Assert.Equal(FrameRejection.NoDescriptor, Decode(Frame(row)));
        EcgFrame into = new();
        Assert.Equal(FrameRejection.None, CborFrameCodec.Decode(Frame(row, extra: [.. Key("leads"), 2], extras: 1), null, into));
        Assert.Equal((2, 2), (into.LeadCount, into.SamplesPerLead));
        Assert.Equal([1, 2, 3, 4], into.Samples.ToArray());
        Assert.Equal(FrameRejection.BadLength, Decode(Frame(row, extra: [.. Key("leads"), 3], extras: 1)));
    }

    [Theory]
    [InlineData("", FrameRejection.BadCbor)]
    [InlineData("a0", FrameRejection.BadCbor)]
    [InlineData("80", FrameRejection.BadCbor)]
    [InlineData("bf", FrameRejection.BadCbor)]
    [InlineData("bbffffffffffffffff", FrameRejection.BadCbor)]
    [InlineData("a1 5f 41 61 ff 00", FrameRejection.BadCbor)]
    public void Decode_NotAFrame_IsRefused(string hex, FrameRejection reason) => Assert.Equal(reason, Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("80", FrameRejection.NoDescriptor)]
    [InlineData("8180", FrameRejection.BadLength)]
    [InlineData("82810181", FrameRejection.BadCbor)]
    [InlineData("8281018182", FrameRejection.BadCbor)]
    [InlineData("828101820203", FrameRejection.RaggedLeads)]
    [InlineData("8181f97e00", FrameRejection.NotFinite)]
    [InlineData("81811a01000001", FrameRejection.OutOfRange)]
    [InlineData("8181f6", FrameRejection.BadCbor)]
    [InlineData("8181616f", FrameRejection.BadCbor)]
    [InlineData("81d84d4101", FrameRejection.BadLength)]
    [InlineData("81d84d01", FrameRejection.BadCbor)]
    [InlineData("d828828201028101", FrameRejection.BadLength)]
    [InlineData("d8288282182002810101", FrameRejection.BadCbor)]
    [InlineData("9f818101", FrameRejection.BadCbor)]
    [InlineData("8181818181818181818181", FrameRejection.BadCbor)]
    [InlineData("819b7fffffffffffffff", FrameRejection.BadCbor)]
    [InlineData("d84d5bffffffffffffffff", FrameRejection.BadCbor)]
    public void Decode_BadSamples_IsRefusedWithItsReason(string hex, FrameRejection reason) => Assert.Equal(reason, Decode(Frame(Convert.FromHexString(hex))));

    [Fact]
    public void Decode_FieldsTwiceUnknownOrOutOfPlace_AreJudged()
    {
        byte[] samples = [0x81, 0x81, 1];
        Assert.Equal(FrameRejection.None, Decode(Frame(samples, extra: [.. Key("x"), 0x81, 0xA1, 1, 0xF5], extras: 1)));
        Assert.Equal(FrameRejection.BadCbor, Decode(Frame(samples, extra: [.. Key("firstSample"), 1], extras: 1)));
        Assert.Equal(FrameRejection.BadCbor, Decode([.. Frame(samples), 0]));
        Assert.Equal(FrameRejection.BadLeadOff, Decode(Frame(samples, extra: [.. Key("leadOff"), 0x81, 1], extras: 1)));
        Assert.Equal(FrameRejection.BadTime, Decode(Frame(samples, extra: [.. Key("deviceTime"), 0xC1, 1], extras: 1)));
        Assert.Equal(FrameRejection.LeadCountMismatch, Decode(Frame(samples, extra: [.. Key("leads"), 2], extras: 1)));
    }

    [Fact]
    public void Decode_TextTimeWithItsTag_IsRead()
    {
        EcgFrame into = new();
        byte[] frame = Frame([0x81, 0x81, 1], extra: [.. Key("deviceTime"), 0xC0, .. Key("1970-01-01T00:00:01Z")], extras: 1);
        Assert.Equal(FrameRejection.None, CborFrameCodec.Decode(frame, null, into));
        Assert.Equal((1_000_000_000L, DeviceTimeMark.FirstSample), (into.DeviceTimeNs, into.DeviceTimeMark));
    }

    [Fact]
    public void Decode_NameOfAnotherStream_IsAMismatch()
    {
        byte[] frame = Frame([0x81, 0x81, 1], extra: [.. Key("stream"), .. Key("p1")], extras: 1);
        Assert.Equal(FrameRejection.None, CborFrameCodec.Decode(frame, null, new EcgFrame(), new StreamKey("g", "p1")));
        Assert.Equal(FrameRejection.StreamMismatch, CborFrameCodec.Decode(frame, null, new EcgFrame(), new StreamKey("g", "p2")));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Decode_EveryTruncation_IsRefused(string name)
    {
        byte[] message = RepositoryFiles.Hex(name);
        for (int length = 0; length < message.Length; length++)
            Assert.NotEqual(FrameRejection.None, Decode(message.AsSpan(0, length).ToArray()));
    }

    [Fact]
    public void Decode_RandomBytes_NeverThrows() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        Decode(bytes);
        Decode(Frame(bytes));
    }).QuickCheckThrowOnFailure();

    private static FrameRejection Decode(byte[] message) => CborFrameCodec.Decode(message, null, new EcgFrame());

    private static float[] Samples(byte[] row)
    {
        EcgFrame into = new();
        Assert.Equal(FrameRejection.None, CborFrameCodec.Decode(Frame([0x81, .. row]), null, into));
        return into.Samples.ToArray();
    }

    private static byte[] Typed(byte tag, byte[] bytes) => [0xD8, tag, (byte)(0x40 | bytes.Length), .. bytes];

    private static byte[] Key(string text) => [(byte)(0x60 | text.Length), .. System.Text.Encoding.ASCII.GetBytes(text)];

    private static byte[] Frame(byte[] samples, byte[]? extra = null, int extras = 0)
        => [(byte)(0xA2 + extras), .. Key("firstSample"), 5, .. extra ?? [], .. Key("samples"), .. samples];
}
