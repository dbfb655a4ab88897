using System.Buffers;
using System.Text;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class JsonFrameCodecTests
{
    private static readonly StreamDescriptor TwoLeads = new()
    {
        SampleRateHz = 250,
        Leads = [new("I"), new("II")],
        MicrovoltsPerLsb = [1],
        Epoch = 9,
    };

    [Fact]
    public void Decode_WhatEncodeWrote_GivesTheSameFrame()
    {
        EcgFrame decoded = new();
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            EcgFrame frame = Frames.Any(seed % 2 == 0 ? FrameCodec.Float32 : FrameCodec.Int24, seed);
            return JsonFrameCodec.Decode(Frames.EncodeJson(frame), null, decoded) == FrameRejection.None && Frames.Same(frame, decoded);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Decode_FieldsInAnyOrderAndUnknownOnes_AreRead()
    {
        EcgFrame frame = new();
        Assert.Equal(FrameRejection.None, Decode(
            """{"x":{"y":[1,{}]},"samples":[[1,2.5],[-3,4]],"leads":2,"leadOff":[1],"firstSample":500,"deviceTimeOf":"last","deviceTime":"2026-01-02T03:04:05.5Z","epoch":3}""",
            null, frame));
        Assert.Equal(3u, frame.Epoch);
        Assert.Equal(500, frame.FirstSample);
        Assert.Equal(2u, frame.LeadOff);
        Assert.Equal(DeviceTimeMark.LastSample, frame.DeviceTimeMark);
        Assert.Equal(1_767_323_045_500_000_000, frame.DeviceTimeNs);
        Assert.Equal([1, 2.5f, -3, 4], frame.Samples.ToArray());
    }

    [Fact]
    public void Decode_WithoutEpoch_TakesTheDescriptors()
    {
        EcgFrame frame = new();
        Assert.Equal(FrameRejection.None, Decode("""{"firstSample":0,"samples":[[1],[2]]}""", TwoLeads, frame));
        Assert.Equal(9u, frame.Epoch);
        Assert.Equal(DeviceTimeMark.None, frame.DeviceTimeMark);
    }

    [Theory]
    [InlineData("int16", "AQD//w==", 1f, -1f)]
    [InlineData("int24", "AQAA////", 1f, -1f)]
    [InlineData("float32", "AAAAPwAAgL8=", 0.5f, -1f)]
    [InlineData("float32", "AAAAPwAAgL8\\u003d", 0.5f, -1f)]
    public void Decode_Base64_ReadsTheNativePayload(string encoding, string text, float first, float second)
    {
        EcgFrame frame = new();
        Assert.Equal(FrameRejection.None, Decode($$"""{"base64":"{{text}}","encoding":"{{encoding}}","firstSample":0}""", TwoLeads, frame));
        Assert.Equal(2, frame.LeadCount);
        Assert.Equal([first, second], frame.Samples.ToArray());

        Assert.Equal(FrameRejection.None, Decode($$"""{"base64":"{{text}}","encoding":"{{encoding}}","firstSample":0,"leads":1}""", null, frame));
        Assert.Equal(1, frame.LeadCount);
    }

    [Theory]
    [InlineData("", FrameRejection.BadJson)]
    [InlineData("[]", FrameRejection.BadJson)]
    [InlineData("{}", FrameRejection.BadJson)]
    [InlineData("""{"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":[[1]],"base64":""}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"firstSample":1,"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":[[1]]""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":[[1]]}x""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":[[1,]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":[["1"]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":[1]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"samples":1}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":"0","samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"epoch":-1,"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"deviceTimeOf":"middle","samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"leadOff":0,"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"leadOff":["0"],"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"base64":7,"leads":1}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"encoding":7,"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"leads":"1","samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":0,"x":[[[[[[[[[1]]]]]]]]],"samples":[[1]]}""", FrameRejection.BadJson)]
    [InlineData("""{"firstSample":-1,"samples":[[1]]}""", FrameRejection.BadPosition)]
    [InlineData("""{"firstSample":281474976710657,"samples":[[1]]}""", FrameRejection.BadPosition)]
    [InlineData("""{"firstSample":0,"samples":[]}""", FrameRejection.BadLeadCount)]
    [InlineData("""{"firstSample":0,"samples":[[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1]]}""", FrameRejection.BadLeadCount)]
    [InlineData("""{"firstSample":0,"leads":17,"base64":"AAA="}""", FrameRejection.BadLeadCount)]
    [InlineData("""{"firstSample":0,"leads":0,"base64":"AAA="}""", FrameRejection.BadLeadCount)]
    [InlineData("""{"firstSample":0,"samples":[[]]}""", FrameRejection.BadLength)]
    [InlineData("""{"firstSample":0,"leads":2,"base64":"AAA="}""", FrameRejection.BadLength)]
    [InlineData("""{"firstSample":0,"leads":1,"base64":""}""", FrameRejection.BadLength)]
    [InlineData("""{"firstSample":0,"samples":[[1,2],[3]]}""", FrameRejection.RaggedLeads)]
    [InlineData("""{"firstSample":0,"leads":2,"samples":[[1]]}""", FrameRejection.LeadCountMismatch)]
    [InlineData("""{"firstSample":0,"samples":[[1e39]]}""", FrameRejection.OutOfRange)]
    [InlineData("""{"firstSample":0,"samples":[[16777217]]}""", FrameRejection.OutOfRange)]
    [InlineData("""{"firstSample":0,"samples":[[1e999]]}""", FrameRejection.NotFinite)]
    [InlineData("""{"firstSample":0,"leads":1,"encoding":"float32","base64":"AADAfw=="}""", FrameRejection.NotFinite)]
    [InlineData("""{"firstSample":0,"leadOff":[1],"samples":[[1]]}""", FrameRejection.BadLeadOff)]
    [InlineData("""{"firstSample":0,"leadOff":[16],"samples":[[1]]}""", FrameRejection.BadLeadOff)]
    [InlineData("""{"firstSample":0,"deviceTime":"yesterday","samples":[[1]]}""", FrameRejection.BadTime)]
    [InlineData("""{"firstSample":0,"deviceTime":1.5,"samples":[[1]]}""", FrameRejection.BadTime)]
    [InlineData("""{"firstSample":0,"deviceTime":null,"samples":[[1]]}""", FrameRejection.BadTime)]
    [InlineData("""{"firstSample":0,"encoding":"delta-varint","leads":1,"base64":"AAA="}""", FrameRejection.BadCodec)]
    [InlineData("""{"firstSample":0,"leads":1,"base64":"A*A="}""", FrameRejection.BadBase64)]
    [InlineData("""{"firstSample":0,"base64":"AAA="}""", FrameRejection.NoDescriptor)]
    public void Decode_NotAFrame_IsRejectedWithItsReason(string json, FrameRejection expected)
        => Assert.Equal(expected, Decode(json, null, new EcgFrame()));

    [Fact]
    public void Decode_InvalidUtf8InBase64_IsBadJson()
    {
        byte[] message = [.. """{"firstSample":0,"leads":1,"base64":"\n"""u8, 0xFF, 0xFE, .. "\"}"u8];
        Assert.Equal(FrameRejection.BadJson, JsonFrameCodec.Decode(message, null, new EcgFrame()));
    }

    [Fact]
    public void Decode_EndlessLine_IsTooLargeBeforeItIsRead()
    {
        byte[] line = [.. """{"firstSample":0,"samples":[["""u8, .. Enumerable.Repeat((byte)'1', FrameLimits.MaxPayloadBytes)];
        Assert.Equal(FrameRejection.TooLarge, JsonFrameCodec.Decode(line, null, new EcgFrame()));
    }

    [Fact]
    public void Decode_MoreSamplesThanAFrameHolds_IsTooLarge()
    {
        string row = string.Join(',', Enumerable.Repeat("1", FrameLimits.MaxSamplesPerLead + 1));
        Assert.Equal(FrameRejection.TooLarge, Decode($$"""{"firstSample":0,"samples":[[{{row}}]]}""", null, new EcgFrame()));

        string base64 = Convert.ToBase64String(new byte[2 * (FrameLimits.MaxSamplesPerLead + 1)]);
        Assert.Equal(FrameRejection.TooLarge, Decode($$"""{"firstSample":0,"leads":1,"base64":"{{base64}}"}""", null, new EcgFrame()));
    }

    [Fact]
    public void Encode_NotFinite_WritesNothing()
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(FrameRejection.NotFinite, JsonFrameCodec.Encode(Frames.Of([float.NaN]), output));
        Assert.Equal(FrameRejection.BadLeadCount, JsonFrameCodec.Encode(new EcgFrame(), output));
        EcgFrame widest = new();
        widest.Resize(16, FrameLimits.MaxSamplesPerLead);
        Assert.Equal(FrameRejection.TooLarge, JsonFrameCodec.Encode(widest, output));
        Assert.Equal(0, output.WrittenCount);
    }

    private static FrameRejection Decode(string json, StreamDescriptor? descriptor, EcgFrame into)
        => JsonFrameCodec.Decode(Encoding.UTF8.GetBytes(json), descriptor, into);
}
