namespace AnyEcg.Mqtt;

/// <summary>PINGREQ or PINGRESP (MQTT 5.0, sections 3.12 and 3.13).</summary>
internal readonly struct PingPacket(PacketType type) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(type);
        writer.End();
    }

    /// <summary>Throws unless the body is empty.</summary>
    public static void Check(ReadOnlySpan<byte> body) => new PacketReader(body).ExpectEnd();
}
