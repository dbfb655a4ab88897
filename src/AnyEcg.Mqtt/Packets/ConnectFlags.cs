namespace AnyEcg.Mqtt;

/// <summary>Connect Flags (MQTT 5.0, section 3.1.2.3); bits 3 and 4 are the Will's level.</summary>
[Flags]
internal enum ConnectFlags : byte
{
    None = 0,
    Reserved = 0x01,
    CleanStart = 0x02,
    Will = 0x04,
    WillQos = 0x18,
    WillRetain = 0x20,
    Password = 0x40,
    UserName = 0x80,
}
