using System.Buffers;

namespace AnyEcg.Mqtt.Tests;

public sealed class MalformedTests
{
    [Theory]
    [InlineData("30 05 00 02 61 2B 00", MqttReasonCode.TopicNameInvalid)]          // '+' in a topic name
    [InlineData("30 05 00 02 61 23 00", MqttReasonCode.TopicNameInvalid)]          // '#' in a topic name
    [InlineData("30 03 00 00 00", MqttReasonCode.ProtocolError)]                   // empty topic, no alias
    [InlineData("30 07 00 01 61 03 23 00 01", MqttReasonCode.TopicAliasInvalid)]   // alias without leave
    [InlineData("34 06 00 01 61 00 01 00", MqttReasonCode.QosNotSupported)]        // QoS 2
    [InlineData("36 06 00 01 61 00 01 00", MqttReasonCode.MalformedPacket)]        // QoS 3
    [InlineData("38 04 00 01 61 00", MqttReasonCode.MalformedPacket)]              // DUP with QoS 0
    [InlineData("32 06 00 01 61 00 00 00", MqttReasonCode.MalformedPacket)]        // packet identifier 0
    [InlineData("30 04 00 09 61 00", MqttReasonCode.MalformedPacket)]              // the topic runs past the end
    [InlineData("30 05 00 02 C3 28 00", MqttReasonCode.MalformedPacket)]           // invalid UTF-8
    [InlineData("30 05 00 02 61 00 00", MqttReasonCode.MalformedPacket)]           // U+0000
    [InlineData("30 06 00 01 61 02 01 02", MqttReasonCode.ProtocolError)]          // payload format 2
    [InlineData("30 08 00 01 61 04 01 01 01 01", MqttReasonCode.ProtocolError)]    // a property twice
    [InlineData("30 07 00 01 61 03 21 00 01", MqttReasonCode.MalformedPacket)]     // a property of another packet
    [InlineData("30 06 00 01 61 02 7F 00", MqttReasonCode.MalformedPacket)]        // an unknown property
    [InlineData("30 06 00 01 61 02 0B 00", MqttReasonCode.ProtocolError)]          // subscription identifier 0
    [InlineData("30 08 00 01 61 04 08 00 01 23", MqttReasonCode.ProtocolError)]    // wildcard in the response topic
    [InlineData("30 04 00 01 61 05", MqttReasonCode.MalformedPacket)]              // properties run past the end
    [InlineData("00 00", MqttReasonCode.MalformedPacket)]                          // type 0
    [InlineData("50 02 00 01", MqttReasonCode.MalformedPacket)]                    // PUBREC: no QoS 2 here
    [InlineData("80 00", MqttReasonCode.MalformedPacket)]                          // SUBSCRIBE without its flag
    [InlineData("41 02 00 01", MqttReasonCode.MalformedPacket)]                    // PUBACK with a flag
    [InlineData("47 45 54 20 2F", MqttReasonCode.MalformedPacket)]                 // "GET /"
    [InlineData("30 FF FF FF FF 01", MqttReasonCode.MalformedPacket)]              // length of five bytes
    [InlineData("30 84 00", MqttReasonCode.MalformedPacket)]                       // length not in its shortest form
    [InlineData("40 02 00 00", MqttReasonCode.MalformedPacket)]                    // PUBACK of 0
    [InlineData("40 06 00 01 00 00 00 00", MqttReasonCode.MalformedPacket)]        // bytes after the end
    [InlineData("82 03 00 01 00", MqttReasonCode.ProtocolError)]                   // SUBSCRIBE without a filter
    [InlineData("82 07 00 01 00 00 01 61 03", MqttReasonCode.MalformedPacket)]     // QoS 3 wanted
    [InlineData("82 07 00 01 00 00 01 61 40", MqttReasonCode.MalformedPacket)]     // reserved option bits
    [InlineData("82 07 00 01 00 00 01 61 30", MqttReasonCode.MalformedPacket)]     // retain handling 3
    [InlineData("A2 03 00 01 00", MqttReasonCode.ProtocolError)]                   // UNSUBSCRIBE without a filter
    [InlineData("10 0D 00 04 4D 51 54 54 04 02 00 00 00 00 00", MqttReasonCode.UnsupportedProtocolVersion)] // 3.1.1
    [InlineData("10 0E 00 06 4D 51 49 73 64 70 03 02 00 00 00 00", MqttReasonCode.UnsupportedProtocolVersion)] // 3.1
    [InlineData("10 0D 00 04 4D 51 54 54 05 03 00 00 00 00 00", MqttReasonCode.MalformedPacket)] // reserved CONNECT flag
    [InlineData("10 0D 00 04 4D 51 54 54 05 22 00 00 00 00 00", MqttReasonCode.MalformedPacket)] // Will bits without a Will
    [InlineData("10 0D 00 04 4D 51 54 54 05 1E 00 00 00 00 00", MqttReasonCode.MalformedPacket)] // Will QoS 3
    [InlineData("10 10 00 04 4D 51 54 54 05 02 00 00 03 21 00 00 00 00", MqttReasonCode.ProtocolError)] // Receive Maximum 0
    [InlineData("10 12 00 04 4D 51 54 54 05 02 00 00 05 27 00 00 00 00 00 00", MqttReasonCode.ProtocolError)] // packet size 0
    [InlineData("20 03 02 00 00", MqttReasonCode.MalformedPacket)]                 // CONNACK flags
    [InlineData("E0 04 00 02 11 00", MqttReasonCode.MalformedPacket)]              // DISCONNECT property cut short
    public void Parse_InvalidPacket_NamesTheReason(string hex, MqttReasonCode reason)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        MqttProtocolException e = Assert.Throws<MqttProtocolException>(() => AnyPacket.ParseAll(bytes, 1000));
        Assert.Equal(reason, e.ReasonCode);
    }

    [Fact]
    public void Frame_AnnouncingTooMuch_IsRefusedBeforeItsBody()
    {
        byte[] bytes = [0x30, 0x80, 0xE1, 0xEB, 0x2F]; // 100,000,000 bytes to follow
        MqttProtocolException e = Assert.Throws<MqttProtocolException>(() => AnyPacket.ParseAll(bytes, 1 << 20));
        Assert.Equal(MqttReasonCode.PacketTooLarge, e.ReasonCode);
    }

    [Fact]
    public void Frame_ExactlyTheLimit_IsTaken()
    {
        byte[] bytes = Generators.Encode(new OutgoingPublish(Clients.Text("t", new string('x', 500), MqttQos.AtMostOnce), 0, false));
        Assert.Equal(1, AnyPacket.ParseAll(bytes, (uint)bytes.Length));
        Assert.Throws<MqttProtocolException>(() => AnyPacket.ParseAll(bytes, (uint)bytes.Length - 1));
    }

    [Fact]
    public void Parse_RandomBytes_NeverCrashesNorAllocatesMuch()
    {
        Random random = new(91);
        byte[][] valid = [.. FuzzSeeds.Packets()];
        long longest = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = Mutate(valid[random.Next(valid.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                AnyPacket.ParseAll(bytes, 1 << 20);
            }
            catch (MqttProtocolException)
            {
                // Refused, as it should be; any other exception fails the test.
            }

            longest = Math.Max(longest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(longest, 1, 256 * 1024);
    }

    private static byte[] Mutate(byte[] packet, Random random)
    {
        byte[] bytes = random.Next(10) == 0 ? new byte[random.Next(1, 64)] : [.. packet];
        if (bytes.Length != packet.Length)
            random.NextBytes(bytes);
        for (int flips = random.Next(4); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? bytes[..random.Next(1, bytes.Length + 1)] : bytes;
    }
}
