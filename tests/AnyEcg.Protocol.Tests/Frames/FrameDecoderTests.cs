using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class FrameDecoderTests
{
    private static readonly EcgFrame Frame = Frames.Of([1, 2], [3, 4]);
    private static readonly byte[] Native = Frames.Encode(Frame, FrameCodec.Int16);
    private static readonly byte[] Json = Frames.EncodeJson(Frame);

    [Theory]
    [InlineData("application/vnd.anyecg.frame", true)]
    [InlineData("Application/VND.anyecg.frame ; v=1", true)]
    [InlineData("application/json", false)]
    [InlineData("application/json; charset=utf-8", false)]
    public void Decode_KnownContentType_PicksItsCodec(string contentType, bool native)
    {
        EcgFrame into = new();
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode(contentType, null, native ? Native : Json, into));
        Assert.True(Frames.Same(Frame, into));
        Assert.NotEqual(FrameRejection.None, FrameDecoder.Decode(contentType, null, native ? Json : Native, into));
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/jsonx")]
    [InlineData("text/plain")]
    [InlineData(";")]
    public void Decode_UnknownContentType_IsNeverGuessed(string contentType)
    {
        StreamDescriptor descriptor = Descriptor(2, JsonFrameCodec.ContentType);
        Assert.Equal(FrameRejection.UnknownContentType, FrameDecoder.Decode(contentType, descriptor, Json, new EcgFrame()));
        Assert.False(FrameDecoder.Knows(contentType));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Decode_WithoutContentType_AsksTheDescriptor(string? contentType)
    {
        EcgFrame into = new();
        Assert.Equal(FrameRejection.NoDescriptor, FrameDecoder.Decode(contentType, null, Json, into));
        Assert.Equal(FrameRejection.UnknownContentType, FrameDecoder.Decode(contentType, Descriptor(2, null), Json, into));
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode(contentType, Descriptor(2, JsonFrameCodec.ContentType), Json, into));
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode(contentType, Descriptor(2, NativeFrameCodec.ContentType), Native, into));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Decode_OtherLeadCountThanTheDescriptor_IsAMismatch(int leads)
    {
        StreamDescriptor descriptor = Descriptor(leads, null);
        Assert.Equal(FrameRejection.LeadCountMismatch, FrameDecoder.Decode(NativeFrameCodec.ContentType, descriptor, Native, new EcgFrame()));
        Assert.Equal(FrameRejection.LeadCountMismatch, FrameDecoder.Decode(JsonFrameCodec.ContentType, descriptor, Json, new EcgFrame()));
    }

    [Fact]
    public void Decode_PayloadAboveTheLimit_IsTooLargeWhateverItIs()
        => Assert.Equal(FrameRejection.TooLarge, FrameDecoder.Decode("text/plain", null, new byte[FrameLimits.MaxPayloadBytes + 1], new EcgFrame()));

    private static StreamDescriptor Descriptor(int leads, string? contentType) => new()
    {
        SampleRateHz = 250,
        Leads = [.. Enumerable.Repeat(new LeadDescriptor("ECG"), leads)],
        MicrovoltsPerLsb = [1],
        ContentType = contentType,
    };
}
