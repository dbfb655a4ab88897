namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>An oracle that accepts everything would prove nothing: the decoder refuses what it must, and reads what the encoder wrote.</summary>
public sealed class WireDecoderTests
{
    private static readonly WireProperty Pair = new(WireProperties.UserProperty, Name: "n", Text: "v");

    [Theory]
    [InlineData("a non-minimal length", 5, true, new byte[] { 0xC0, 0x80, 0x00 })]
    [InlineData("a non-minimal property length", 5, true, new byte[] { 0x30, 0x05, 0, 1, 116, 0x80, 0 })]
    [InlineData("flags of PINGREQ", 5, true, new byte[] { 0xC1, 0 })]
    [InlineData("flags of SUBSCRIBE", 4, true, new byte[] { 0x80, 6, 0, 1, 0, 1, 102, 0 })]
    [InlineData("no filter", 4, true, new byte[] { 0x82, 2, 0, 1 })]
    [InlineData("subscription options", 4, true, new byte[] { 0x82, 6, 0, 1, 0, 1, 102, 4 })]
    [InlineData("packet id 0", 4, true, new byte[] { 0x40, 2, 0, 0 })]
    [InlineData("QoS 3", 4, true, new byte[] { 0x36, 5, 0, 1, 116, 0, 1 })]
    [InlineData("DUP at QoS 0", 4, true, new byte[] { 0x38, 3, 0, 1, 116 })]
    [InlineData("wildcards in a topic", 4, true, new byte[] { 0x30, 3, 0, 1, 35 })]
    [InlineData("no topic", 5, true, new byte[] { 0x30, 3, 0, 0, 0 })]
    [InlineData("U+0000", 4, true, new byte[] { 0x30, 3, 0, 1, 0 })]
    [InlineData("a surrogate", 4, true, new byte[] { 0x30, 5, 0, 3, 0xED, 0xA0, 0x80 })]
    [InlineData("alias 0", 5, true, new byte[] { 0x30, 7, 0, 1, 116, 3, 0x23, 0, 0 })]
    [InlineData("a client's subscription identifier", 5, true, new byte[] { 0x30, 6, 0, 1, 116, 2, 0x0B, 1 })]
    [InlineData("a property of another packet", 5, true, new byte[] { 0x30, 9, 0, 1, 116, 5, 0x11, 0, 0, 0, 1 })]
    [InlineData("a property twice", 5, true, new byte[] { 0x30, 8, 0, 1, 116, 4, 1, 1, 1, 1 })]
    [InlineData("an unlisted reason", 5, true, new byte[] { 0x40, 3, 0, 1, 0x81 })]
    [InlineData("a server's reason from a client", 5, true, new byte[] { 0xE0, 1, 0x8B })]
    [InlineData("bytes too many", 4, true, new byte[] { 0x40, 3, 0, 1, 0 })]
    [InlineData("CONNACK from a client", 5, true, new byte[] { 0x20, 3, 0, 0, 0 })]
    [InlineData("SUBSCRIBE from a server", 4, false, new byte[] { 0x82, 6, 0, 1, 0, 1, 102, 0 })]
    [InlineData("session present in a refusal", 4, false, new byte[] { 0x20, 2, 1, 5 })]
    [InlineData("AUTH in 3.1.1", 4, true, new byte[] { 0xF0, 0 })]
    [InlineData("DISCONNECT of a 3.1.1 server", 4, false, new byte[] { 0xE0, 0 })]
    public async Task Decode_WhatTheFormatForbids_IsAFault(string what, int level, bool fromClient, byte[] bytes)
    {
        WireFrame? frame = await new WireStream(new MemoryStream(bytes)).NextAsync(default);
        Assert.True(frame!.Decode(level, fromClient) is WireFault, what);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Decode_WhatTheEncoderWrote_IsTheSame(int level)
    {
        IReadOnlyList<WireProperty> properties = level == 5 ? [Pair, Pair] : [];
        WireWill will = new("w", [1, 2], 2, true, level == 5 ? [new(WireProperties.WillDelay, 3)] : []);
        WirePacket[] packets =
        [
            new WireConnect(level, "id", true) { KeepAlive = 9, Will = will, UserName = "u", Password = [1], Properties = properties },
            new WirePublish("t", new byte[300], 1, 7) { Duplicate = true, Retain = true, Properties = properties },
            new WireAck(WireType.Pubrel, 65_535),
            new WireSubscribe(1, [new WireFilter("a/+/#", 2)]) { Properties = properties },
            new WireUnsubscribe(2, ["$share/g/a"]) { Properties = properties },
            new WirePing(WireType.Pingreq),
            new WireDisconnect(),
        ];
        foreach (WirePacket packet in packets)
        {
            byte[] bytes = WireEncoder.Encode(packet, level);
            WireFrame? frame = await new WireStream(new MemoryStream(bytes)).NextAsync(default);
            WirePacket decoded = frame!.Decode(level, fromClient: true);
            Assert.IsNotType<WireFault>(decoded);
            Assert.Equal(bytes, WireEncoder.Encode(decoded is WireConnect connect ? connect with { ConnectFlags = 0 } : decoded, level));
        }
    }
}
