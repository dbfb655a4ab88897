namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// Works on a run of MQTT packets: damages the inside of one and usually makes its Remaining Length right again, changes the type
/// or flags of its fixed header, repeats, removes and reorders whole packets.
/// </summary>
internal sealed class PacketMutator : Mutator
{
    private static readonly ByteMutator Inside = new();

    /// <summary>Every property of MQTT 5 (table 2-4), and some that are none.</summary>
    private static readonly byte[] Properties =
    [
        0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x11, 0x12, 0x13, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26,
        0x27, 0x28, 0x29, 0x2A, 0x00, 0x04, 0x7F, 0x80,
    ];

    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        List<byte[]> packets = Split(seed);
        int at = random.Below(packets.Count);
        switch (random.Below(8))
        {
            case 0:
                packets.Insert(random.Below(packets.Count + 1), random.Pick(Split(other)));
                break;
            case 1:
                packets[at] = [(byte)((random.Below(16) << 4) | random.Below(16)), .. packets[at].AsSpan(1)];
                break;
            case 2:
                packets[at] = Inside.Mutate(packets[at], other, random);
                break;
            default:
                packets[at] = Damage(packets[at], other, random);
                break;
        }

        byte[] all = [.. packets.SelectMany(p => p)];
        return all.Length > MaxLength ? all[..MaxLength] : all;
    }

    private static byte[] Damage(byte[] packet, byte[] other, FuzzRandom random)
    {
        (int headerLength, _) = Header(packet);
        byte[] body = packet[Math.Min(headerLength, packet.Length)..];
        if (body.Length > 0 && random.OneIn(3))
            body[random.Below(body.Length)] = random.Pick(Properties);
        else
            body = Inside.Mutate(body, other, random);
        List<byte> whole = [packet[0]];
        int length = random.OneIn(20) ? random.Below(1 << 28) : body.Length;
        do
        {
            whole.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        whole.AddRange(body);
        return [.. whole];
    }

    private static List<byte[]> Split(byte[] bytes)
    {
        List<byte[]> packets = [];
        for (int at = 0; at < bytes.Length;)
        {
            (int header, int body) = Header(bytes.AsSpan(at));
            int length = (int)Math.Min((long)header + body, bytes.Length - at);
            packets.Add(bytes[at..(at + length)]);
            at += length;
        }

        return packets.Count > 0 ? packets : [[0xC0, 0]];
    }

    private static (int HeaderLength, int BodyLength) Header(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        for (int i = 1; i < 5 && i < bytes.Length; i++)
        {
            length |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if (bytes[i] < 0x80)
                return (i + 1, length);
        }

        return (Math.Min(5, bytes.Length), 0);
    }
}
