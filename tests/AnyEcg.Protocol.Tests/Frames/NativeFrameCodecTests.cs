using System.Buffers;
using System.Buffers.Binary;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class NativeFrameCodecTests
{
    private static readonly EcgFrame Small = Frames.Of([1, 2, 3], [4, 5, 6]);

    public static TheoryData<FrameCodec> Codecs => [FrameCodec.Int16, FrameCodec.Int24, FrameCodec.Float32, FrameCodec.DeltaVarint];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Decode_WhatEncodeWrote_GivesTheSameFrame(FrameCodec codec)
    {
        EcgFrame decoded = new();
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            EcgFrame frame = Frames.Any(codec, seed);
            return NativeFrameCodec.Decode(Frames.Encode(frame, codec), decoded) == FrameRejection.None && Frames.Same(frame, decoded);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Decode_AnyByteChanged_IsRejected(FrameCodec codec)
    {
        byte[] message = Frames.Encode(Frames.Any(codec, 5), codec);
        EcgFrame into = new();
        for (int at = 0; at < message.Length; at++)
        {
            message[at] ^= 0x10;
            FrameRejection expected = at < 4 ? FrameRejection.BadMagic : at == 4 ? FrameRejection.BadVersion : FrameRejection.BadCrc;
            Assert.Equal(expected, NativeFrameCodec.Decode(message, into));
            message[at] ^= 0x10;
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Decode_CutShort_IsRejected(FrameCodec codec)
    {
        byte[] message = Frames.Encode(Small, codec);
        EcgFrame into = new();
        for (int length = 0; length < message.Length; length++)
            Assert.NotEqual(FrameRejection.None, NativeFrameCodec.Decode(Resealed(message[..length]), into));
        Assert.Equal(FrameRejection.BadLength, NativeFrameCodec.Decode(message.AsSpan(0, 39), into));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Decode_BytesLeftOver_IsBadLength(FrameCodec codec)
        => Assert.Equal(FrameRejection.BadLength, NativeFrameCodec.Decode(Resealed([.. Frames.Encode(Small, codec), 0]), new EcgFrame()));

    [Theory]
    [InlineData(5, 0, FrameRejection.BadCodec)]
    [InlineData(5, 5, FrameRejection.BadCodec)]
    [InlineData(6, 0, FrameRejection.BadLeadCount)]
    [InlineData(6, 17, FrameRejection.BadLeadCount)]
    [InlineData(6, 3, FrameRejection.BadLength)]
    [InlineData(7, 3, FrameRejection.BadFlags)]
    [InlineData(7, 4, FrameRejection.BadFlags)]
    [InlineData(12, 0, FrameRejection.BadLength)]
    [InlineData(12, 4, FrameRejection.BadLength)]
    [InlineData(14, 1, FrameRejection.TooLarge)]
    [InlineData(15, 255, FrameRejection.TooLarge)]
    [InlineData(23, 255, FrameRejection.BadPosition)]
    [InlineData(32, 4, FrameRejection.BadLeadOff)]
    [InlineData(35, 128, FrameRejection.BadLeadOff)]
    public void Decode_HeaderFieldOutOfBounds_IsRejectedWithItsReason(int offset, byte value, FrameRejection expected)
    {
        byte[] message = Frames.Encode(Small, FrameCodec.Int16);
        message[offset] = value;
        Assert.Equal(expected, NativeFrameCodec.Decode(Resealed(message), new EcgFrame()));
    }

    [Fact]
    public void Decode_MessageAboveTheLimit_IsTooLarge()
        => Assert.Equal(FrameRejection.TooLarge, NativeFrameCodec.Decode(new byte[FrameLimits.MaxPayloadBytes + 1], new EcgFrame()));

    [Theory]
    [InlineData(float.NaN, FrameRejection.NotFinite)]
    [InlineData(float.PositiveInfinity, FrameRejection.NotFinite)]
    [InlineData(float.NegativeInfinity, FrameRejection.NotFinite)]
    [InlineData(16777218f, FrameRejection.OutOfRange)]
    [InlineData(-1e30f, FrameRejection.OutOfRange)]
    public void Decode_FloatThatIsNoSample_IsRejected(float value, FrameRejection expected)
    {
        byte[] message = Frames.Encode(Small, FrameCodec.Float32);
        BinaryPrimitives.WriteSingleLittleEndian(message.AsSpan(NativeFrameCodec.HeaderBytes + 4), value);
        Assert.Equal(expected, NativeFrameCodec.Decode(Resealed(message), new EcgFrame()));
    }

    [Theory]
    [InlineData("80 00 00", FrameRejection.BadVarint)]
    [InlineData("81 80 80 80 00 00", FrameRejection.BadVarint)]
    [InlineData("00 00 80", FrameRejection.BadLength)]
    [InlineData("00 00 00 00", FrameRejection.BadLength)]
    [InlineData("fe ff ff 07 02 00", FrameRejection.OutOfRange)]
    [InlineData("ff ff ff 07 01 00", FrameRejection.OutOfRange)]
    public void Decode_VarintsThatAreNotCanonical_AreRejected(string hex, FrameRejection expected)
    {
        byte[] header = Frames.Encode(Frames.Of([0f, 0, 0]), FrameCodec.DeltaVarint)[..NativeFrameCodec.HeaderBytes];
        byte[] payload = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected, NativeFrameCodec.Decode(Resealed([.. header, .. payload]), new EcgFrame()));
    }

    [Theory]
    [InlineData(FrameCodec.Int16, 32768f, FrameRejection.OutOfRange)]
    [InlineData(FrameCodec.Int16, -32769f, FrameRejection.OutOfRange)]
    [InlineData(FrameCodec.Int16, 0.5f, FrameRejection.OutOfRange)]
    [InlineData(FrameCodec.Int24, 8388608f, FrameRejection.OutOfRange)]
    [InlineData(FrameCodec.Int24, float.NaN, FrameRejection.NotFinite)]
    [InlineData(FrameCodec.DeltaVarint, -8388609f, FrameRejection.OutOfRange)]
    [InlineData(FrameCodec.Float32, float.NaN, FrameRejection.NotFinite)]
    [InlineData(FrameCodec.Float32, 1e9f, FrameRejection.OutOfRange)]
    [InlineData((FrameCodec)9, 0f, FrameRejection.BadCodec)]
    public void Encode_SampleThatDoesNotFit_WritesNothing(FrameCodec codec, float sample, FrameRejection expected)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(expected, NativeFrameCodec.Encode(Frames.Of([0, sample]), codec, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Encode_FrameThatNoDecoderTakes_WritesNothing()
    {
        ArrayBufferWriter<byte> output = new();
        EcgFrame none = new(), early = Frames.Of([1f]), late = Frames.Of([1f]), off = Frames.Of([1f]), mark = Frames.Of([1f]);
        early.FirstSample = -1;
        late.FirstSample = FrameLimits.MaxFirstSample + 1;
        off.LeadOff = 2;
        mark.DeviceTimeMark = (DeviceTimeMark)3;
        EcgFrame longest = new();
        longest.Resize(1, FrameLimits.MaxSamplesPerLead + 1);
        EcgFrame widest = new();
        widest.Resize(16, FrameLimits.MaxSamplesPerLead);

        Assert.Equal(FrameRejection.BadLeadCount, NativeFrameCodec.Encode(none, FrameCodec.Int16, output));
        Assert.Equal(FrameRejection.BadPosition, NativeFrameCodec.Encode(early, FrameCodec.Int16, output));
        Assert.Equal(FrameRejection.BadPosition, NativeFrameCodec.Encode(late, FrameCodec.Int16, output));
        Assert.Equal(FrameRejection.BadLeadOff, NativeFrameCodec.Encode(off, FrameCodec.Int16, output));
        Assert.Equal(FrameRejection.BadFlags, NativeFrameCodec.Encode(mark, FrameCodec.Int16, output));
        Assert.Equal(FrameRejection.TooLarge, NativeFrameCodec.Encode(longest, FrameCodec.Int16, output));
        Assert.Equal(FrameRejection.TooLarge, NativeFrameCodec.Encode(widest, FrameCodec.Float32, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Decode_ReusedLargerFrame_KeepsReceivedTime()
    {
        EcgFrame into = Frames.Any(FrameCodec.Int16, 3);
        into.ReceivedNs = 42;
        Assert.Equal(FrameRejection.None, NativeFrameCodec.Decode(Frames.Encode(Small, FrameCodec.Int16), into));
        Assert.Equal(42, into.ReceivedNs);
        Assert.True(Frames.Same(Small, into));
    }

    /// <summary>The message with a CRC that fits it, so that the fields behind the CRC are reached.</summary>
    internal static byte[] Resealed(byte[] message)
    {
        if (message.Length < NativeFrameCodec.HeaderBytes)
            return message;
        Span<byte> crc = message.AsSpan(36, 4);
        crc.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc32C.Finish(Crc32C.Append(Crc32C.Seed, message)));
        return message;
    }
}
