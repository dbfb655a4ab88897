using System.Security.Authentication;
using System.Security.Cryptography;
using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class PacketLinkTests
{
    [Fact]
    public void Receive_AnyFragmentation_GivesTheSamePackets() => Generators.Check(
        from messages in Generators.Message.ListOf(3)
        from seed in Gen.Choose(0, 10_000)
        select (Messages: messages, Seed: seed),
        async t =>
        {
            byte[][] packets = [.. t.Messages.Select(m => Generators.Encode(new OutgoingPublish(m, 5, false)))];
            byte[] all = [.. packets.SelectMany(p => p)];
            CollectingSink whole = await ReceiveAsync(new ChunkedStream(all, _ => int.MaxValue));
            Random random = new(t.Seed);
            CollectingSink cut = await ReceiveAsync(new ChunkedStream(all, _ => random.Next(1, 200)));
            Assert.Equal(packets.Select(Convert.ToHexString), whole.Packets);
            Assert.Equal(whole.Packets, cut.Packets);
        },
        60);

    [Fact]
    public async Task Receive_SingleBytes_GivesTheSamePackets()
    {
        byte[][] packets = [.. FuzzSeeds.Packets(MqttVersion.V5)];
        byte[] all = [.. packets.SelectMany(p => p)];
        Assert.Equal(packets.Select(Convert.ToHexString), (await ReceiveAsync(new ChunkedStream(all, _ => 1))).Packets);
    }

    [Fact]
    public async Task Receive_PacketsLongerThanASegment_GivesTheSamePackets()
    {
        byte[] payload = new byte[300_000];
        new Random(5).NextBytes(payload);
        MqttMessage message = new() { Topic = "t", Payload = payload };
        byte[] packet = Generators.Encode(new OutgoingPublish(message, 0, false));
        byte[] all = [.. packet, .. packet, .. packet];
        CollectingSink sink = await ReceiveAsync(new ChunkedStream(all, _ => int.MaxValue));
        Assert.Equal(Enumerable.Repeat(Convert.ToHexString(packet), 3), sink.Packets);
    }

    [Fact]
    public async Task Run_SinkThrows_PassesItOn()
    {
        PacketLink link = new(new ChunkedStream([0xC0, 0x00], _ => int.MaxValue), 1000, 1000, TimeProvider.System, 65_536);
        await Assert.ThrowsAsync<InvalidOperationException>(() => link.RunAsync(new ThrowingSink()));
    }

    public static TheoryData<Exception> Losses => new(
        new IOException("reset"), new AuthenticationException("alert"), new CryptographicException("shutdown while in init"), new ObjectDisposedException("stream"));

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Run_StreamFailsAsTcpOrTlsDo_EndsWithTheReason(Exception loss)
    {
        PacketLink link = new(new ChunkedStream([0xC0, 0x00], position => position == 0 ? 2 : throw loss), 1000, 1000, TimeProvider.System, 65_536);
        LinkEnd end = await link.RunAsync(new CollectingSink());
        Assert.Contains(loss.Message, end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_AfterAnInvalidPacket_DeliversNoMore()
    {
        CollectingSink sink = await ReceiveAsync(new ChunkedStream([0xC0, 0x00, 0x00, 0x00, 0xC0, 0x00], _ => int.MaxValue));
        Assert.Single(sink.Packets);
        Assert.Equal(MqttReasonCode.MalformedPacket, sink.Error);
    }

    private static async Task<CollectingSink> ReceiveAsync(Stream stream)
    {
        CollectingSink sink = new();
        PacketLink link = new(stream, 1 << 20, 1000, TimeProvider.System, 65_536);
        await link.RunAsync(sink).WaitAsync(Budget.Limit);
        return sink;
    }

    private sealed class CollectingSink : IPacketSink
    {
        public List<string> Packets { get; } = [];

        public MqttReasonCode? Error { get; private set; }

        public void OnPacket(byte header, ReadOnlySpan<byte> body)
        {
            PacketWriter writer = new();
            writer.Begin((PacketType)(header >> 4), (byte)(header & 15));
            writer.WriteRaw(body);
            writer.End();
            Packets.Add(Convert.ToHexString(writer.Written.Span));
        }

        public void OnProtocolError(MqttReasonCode reasonCode) => Error = reasonCode;
    }

    private sealed class ThrowingSink : IPacketSink
    {
        public void OnPacket(byte header, ReadOnlySpan<byte> body) => throw new InvalidOperationException();

        public void OnProtocolError(MqttReasonCode reasonCode)
        {
        }
    }

    /// <summary>Gives its bytes in pieces of the sizes asked for, always at once.</summary>
    private sealed class ChunkedStream(byte[] data, Func<int, int> size) : Stream
    {
        private int position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => data.Length;

        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = Math.Min(Math.Min(size(position), buffer.Length), data.Length - position);
            data.AsSpan(position, count).CopyTo(buffer.Span);
            position += count;
            return ValueTask.FromResult(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
