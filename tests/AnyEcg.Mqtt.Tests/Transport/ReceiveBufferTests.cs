using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class ReceiveBufferTests
{
    private const int Size = 256;

    /// <summary>Whatever the packets and however they come in, they come out whole and in order, and the room never runs out.</summary>
    [Fact]
    public void TryTake_AnySizesAndPieces_GivesThePackets() => Generators.Check(
        from lengths in Gen.Choose(0, 3000).ListOf(30)
        from seed in Gen.Choose(0, 100_000)
        select (Lengths: lengths, Seed: seed),
        t =>
        {
            Random random = new(t.Seed);
            byte[][] bodies = [.. t.Lengths.Select(length => Bytes(random, random.Next(3) == 0 ? length : length % 50))];
            using ReceiveBuffer buffer = new(Size, 10_000);
            List<byte[]> got = Feed(buffer, [.. bodies.SelectMany(Packet)], random);
            Assert.Equal(bodies.Select(Convert.ToHexString), got.Select(Convert.ToHexString));
            return Task.CompletedTask;
        },
        200);

    [Fact]
    public void Room_AfterALargePacket_ShrinksAgain()
    {
        using ReceiveBuffer buffer = new(Size, 1 << 20);
        Feed(buffer, Packet(new byte[200_000]), new Random(1));
        Assert.InRange(buffer.Room().Length, Size / 4, 4 * Size);
    }

    /// <summary>Room follows what has come, not what a header promises.</summary>
    [Fact]
    public void Room_ALargePacketIsPromised_StaysSmall()
    {
        using ReceiveBuffer buffer = new(Size, 1 << 28);
        byte[] header = [0x30, 0xFF, 0xFF, 0xFF, 0x7E];
        header.CopyTo(buffer.Room());
        buffer.Added(header.Length);
        Assert.False(buffer.TryTake(out _, out _));
        Assert.InRange(buffer.Room().Length, Size / 4, 4 * Size);
    }

    private static List<byte[]> Feed(ReceiveBuffer buffer, byte[] all, Random random)
    {
        List<byte[]> got = [];
        for (int at = 0; at < all.Length;)
        {
            Memory<byte> room = buffer.Room();
            Assert.NotEqual(0, room.Length);
            int count = Math.Min(all.Length - at, random.Next(1, room.Length + 1));
            all.AsSpan(at, count).CopyTo(room.Span);
            buffer.Added(count);
            at += count;
            while (buffer.TryTake(out byte header, out ReadOnlySpan<byte> body))
            {
                Assert.Equal(0x30, header);
                got.Add(body.ToArray());
            }
        }

        return got;
    }

    private static byte[] Packet(byte[] body)
    {
        byte[] packet = new byte[1 + VariableInteger.Size((uint)body.Length) + body.Length];
        packet[0] = 0x30;
        VariableInteger.Write(packet.AsSpan(1), (uint)body.Length);
        body.CopyTo(packet, packet.Length - body.Length);
        return packet;
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
