using System.Buffers;

namespace AnyEcg.Mqtt.Tests;

public sealed class MalformedTests
{
    [Theory]
    [InlineData("30 05 00 02 61 2B 00", MqttReasonCode.TopicNameInvalid)]          // '+' in a topic name
    [InlineData("30 05 00 02 61 23 00", MqttReasonCode.TopicNameInvalid)]          // '#' in a topic name
    [InlineData("30 03 00 00 00", MqttReasonCode.ProtocolError)]                   // empty topic, no alias
    [InlineData("30 07 00 01 61 03 23 00 0B", MqttReasonCode.TopicAliasInvalid)]   // alias 11 of 10
    [InlineData("30 07 00 01 61 03 23 00 00", MqttReasonCode.TopicAliasInvalid)]   // alias 0
    [InlineData("30 0A 00 01 61 06 23 00 01 23 00 01", MqttReasonCode.ProtocolError)] // two aliases
    [InlineData("30 0A 00 01 61 06 03 00 03 ED A0 80", MqttReasonCode.MalformedPacket)] // a surrogate in the content type
    [InlineData("30 07 00 01 61 03 08 00 00", MqttReasonCode.ProtocolError)]       // an empty response topic
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
    [InlineData("52 02 00 01", MqttReasonCode.MalformedPacket)]                    // PUBREC with a flag
    [InlineData("60 02 00 01", MqttReasonCode.MalformedPacket)]                    // PUBREL without its flag
    [InlineData("50 02 00 00", MqttReasonCode.MalformedPacket)]                    // PUBREC of 0
    [InlineData("62 02 00 00", MqttReasonCode.MalformedPacket)]                    // PUBREL of 0
    [InlineData("70 01 00", MqttReasonCode.MalformedPacket)]                       // PUBCOMP cut short
    [InlineData("40 07 00 01 00 03 11 00 00", MqttReasonCode.MalformedPacket)]     // PUBACK with a foreign property
    [InlineData("40 0C 00 01 00 08 1F 00 01 61 1F 00 01 61", MqttReasonCode.ProtocolError)] // two reason strings
    [InlineData("F1 00", MqttReasonCode.MalformedPacket)]                          // AUTH with a flag
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
    [InlineData("82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 67 2F 74 04", MqttReasonCode.ProtocolError)] // no local, shared
    [InlineData("82 09 00 01 02 0B 00 00 01 61 00", MqttReasonCode.ProtocolError)] // subscription identifier 0
    [InlineData("82 0B 00 01 04 0B 01 0B 01 00 01 61 00", MqttReasonCode.ProtocolError)] // two of them
    [InlineData("90 03 00 01 00", MqttReasonCode.MalformedPacket)]                 // SUBACK without a reason
    [InlineData("10 0D 00 04 4D 51 54 54 06 02 00 00 00 00 00", MqttReasonCode.UnsupportedProtocolVersion)] // level 6
    [InlineData("10 10 00 04 4D 51 54 54 05 02 00 00 03 16 00 00 00 00", MqttReasonCode.ProtocolError)] // empty data without method
    [InlineData("10 11 00 04 4D 51 54 54 05 02 00 00 04 16 00 01 61 00 00", MqttReasonCode.ProtocolError)] // data without method
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

    [Theory]
    [InlineData("30 02 00 00", MqttReasonCode.ProtocolError)]                      // empty topic
    [InlineData("40 03 00 01 00", MqttReasonCode.MalformedPacket)]                 // PUBACK with a reason
    [InlineData("62 03 00 01 00", MqttReasonCode.MalformedPacket)]                 // PUBREL with a reason
    [InlineData("20 02 00 06", MqttReasonCode.MalformedPacket)]                    // reserved return code
    [InlineData("20 03 00 00 00", MqttReasonCode.MalformedPacket)]                 // CONNACK with properties
    [InlineData("90 03 00 01 03", MqttReasonCode.MalformedPacket)]                 // SUBACK of a level 3
    [InlineData("90 03 00 01 87", MqttReasonCode.MalformedPacket)]                 // SUBACK with a reason of version 5
    [InlineData("B0 03 00 01 00", MqttReasonCode.MalformedPacket)]                 // UNSUBACK with a reason
    [InlineData("82 06 00 01 00 01 61 04", MqttReasonCode.MalformedPacket)]        // 'no local'
    [InlineData("82 02 00 01", MqttReasonCode.ProtocolError)]                      // SUBSCRIBE without a filter
    [InlineData("E0 01 00", MqttReasonCode.MalformedPacket)]                       // DISCONNECT with a reason
    [InlineData("10 10 00 04 4D 51 54 54 04 42 00 00 00 01 63 00 01 70", MqttReasonCode.MalformedPacket)] // password, no user
    public void Parse_InvalidInVersion311_NamesTheReason(string hex, MqttReasonCode reason)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        MqttProtocolException e = Assert.Throws<MqttProtocolException>(() => AnyPacket.ParseAll(bytes, 1000, MqttVersion.V311));
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

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public void Parse_RandomBytes_NeverCrashesNorAllocatesMuch(MqttVersion version)
    {
        Random random = new(91);
        byte[][] valid = [.. FuzzSeeds.Packets(version)];
        long longest = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = Mutate(valid[random.Next(valid.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                AnyPacket.ParseAll(bytes, 1 << 20, version);
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
