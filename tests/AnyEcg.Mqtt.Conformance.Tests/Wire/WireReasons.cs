namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Which reason code may stand in which packet, and who may send it (MQTT 5.0, table 2-6 and section 3.14.2.1).</summary>
internal static class WireReasons
{
    private static readonly int[] Publish = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
    private static readonly int[] Release = [0x00, 0x92];
    private static readonly int[] Subscribe = [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2];
    private static readonly int[] Unsubscribe = [0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91];

    private static readonly int[] Connack =
    [
        0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D,
        0x9F,
    ];

    private static readonly int[] ClientDisconnect =
        [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

    private static readonly int[] ServerDisconnect =
    [
        0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B,
        0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
    ];

    public static int Check(int reason, WireType type, int level, bool fromClient)
    {
        int[] allowed = level < 5 ? Older(type) : Newer(type, fromClient);
        return allowed.Contains(reason) ? reason : throw new WireException($"reason {reason:X2} in {type}");
    }

    private static int[] Newer(WireType type, bool fromClient) => type switch
    {
        WireType.Connack => Connack,
        WireType.Puback or WireType.Pubrec => Publish,
        WireType.Pubrel or WireType.Pubcomp => Release,
        WireType.Suback => Subscribe,
        WireType.Unsuback => Unsubscribe,
        WireType.Disconnect => fromClient ? ClientDisconnect : ServerDisconnect,
        WireType.Auth => fromClient ? [0x18, 0x19] : [0x00, 0x18],
        _ => [],
    };

    private static int[] Older(WireType type) => type switch
    {
        WireType.Connack => [0, 1, 2, 3, 4, 5],
        WireType.Suback => [0, 1, 2, 0x80],
        _ => [0],
    };
}
