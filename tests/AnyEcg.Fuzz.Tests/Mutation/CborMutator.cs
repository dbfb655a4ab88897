namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// Finds the item heads of a CBOR text (RFC 8949, section 3) and writes others in their place: other types, lengths that lie,
/// indefinite lengths, tags in tags, deep nests.
/// </summary>
internal sealed class CborMutator : Mutator
{
    public override byte[] Mutate(byte[] seed, byte[] other, FuzzRandom random)
    {
        List<byte> bytes = [.. seed];
        for (int steps = 1 + random.Below(3); steps > 0 && bytes.Count > 0; steps--)
            Step(bytes, random);
        if (bytes.Count > MaxLength)
            bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        return [.. bytes];
    }

    private static void Step(List<byte> bytes, FuzzRandom random)
    {
        List<int> heads = Heads(bytes);
        int at = heads[random.Below(heads.Count)];
        switch (random.Below(7))
        {
            case 0:
                bytes[at] = (byte)((random.Below(8) << 5) | (bytes[at] & 31));
                break;
            case 1:
                bytes[at] = (byte)((bytes[at] & 0xE0) | random.Below(32));
                break;
            case 2 or 3:
                ReplaceHead(bytes, at, random);
                break;
            case 4:
                bytes.InsertRange(at, Enumerable.Repeat(random.Pick(Openers), 1 + random.Below(random.OneIn(4) ? 20_000 : 20)));
                break;
            case 5:
                bytes.InsertRange(at, Tag(random));
                break;
            default:
                int next = heads[random.Below(heads.Count)];
                (int from, int to) = (Math.Min(at, next), Math.Max(at, next));
                bytes.InsertRange(at, bytes.GetRange(from, to - from));
                break;
        }
    }

    /// <summary>An array, a map and a tag that want one item more, and indefinite ones.</summary>
    private static readonly byte[] Openers = [0x81, 0xA1, 0xC1, 0x9F, 0xBF, 0x5F, 0x7F];

    /// <summary>Typed arrays (RFC 8746: 64 to 87), multi-dimensional ones (40, 1040), and a few others.</summary>
    private static byte[] Tag(FuzzRandom random) => random.Below(4) switch
    {
        0 => [0xD9, 0x04, 0x10],
        1 => [(byte)(0xC0 + random.Below(24))],
        2 => [0xD8, 40],
        _ => [0xD8, (byte)(64 + random.Below(24))],
    };

    private static void ReplaceHead(List<byte> bytes, int at, FuzzRandom random)
    {
        int width = ArgumentBytes(bytes[at]);
        bytes.RemoveRange(at + 1, Math.Min(width, bytes.Count - at - 1));
        int wanted = random.Below(4);
        bytes[at] = (byte)((bytes[at] & 0xE0) | (24 + wanted));
        byte[] argument = new byte[1 << wanted];
        int kind = random.Below(4);
        for (int i = 0; i < argument.Length; i++)
            argument[i] = kind switch { 0 => 0xFF, 1 => (byte)(i == 0 ? 0x7F : 0xFF), 2 => (byte)(i == argument.Length - 1 ? random.Byte() : 0), _ => random.Byte() };
        bytes.InsertRange(at + 1, argument);
    }

    private static List<int> Heads(List<byte> bytes)
    {
        List<int> heads = [];
        for (int at = 0; at < bytes.Count && heads.Count < 1000;)
        {
            heads.Add(at);
            int major = bytes[at] >> 5;
            int length = 1 + ArgumentBytes(bytes[at]);
            if (major is 2 or 3)
                length += PayloadBytes(bytes, at);
            at += length;
        }

        return heads;
    }

    private static int PayloadBytes(List<byte> bytes, int at)
    {
        int low = bytes[at] & 31;
        if (low < 24)
            return low;
        long length = 0;
        for (int i = 1; i <= ArgumentBytes(bytes[at]) && at + i < bytes.Count; i++)
            length = Math.Min((length << 8) | bytes[at + i], int.MaxValue >> 9);
        return (int)length;
    }

    private static int ArgumentBytes(byte head) => (head & 31) is >= 24 and <= 27 and int low ? 1 << (low - 24) : 0;
}
