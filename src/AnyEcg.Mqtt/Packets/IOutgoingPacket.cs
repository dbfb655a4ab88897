namespace AnyEcg.Mqtt;

/// <summary>A packet that can append itself to a writer.</summary>
internal interface IOutgoingPacket
{
    void WriteTo(PacketWriter writer);
}
