using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Tests;

public sealed class ReceiveThreadTests
{
    [Fact]
    public async Task Receive_ManyPackets_GivesThemAllAndSendsTheAnswers()
    {
        await using Pair pair = await Pair.StartAsync(sink => sink.Answers = true);
        const int count = 5000;
        byte[] packets = [.. Enumerable.Range(0, count).SelectMany(i => Packet(i % 1000))];
        Task sent = pair.Peer.SendAsync(packets);
        byte[] answers = await pair.ReadAsync(2 * count);
        await sent.WaitAsync(Budget.Limit);
        Assert.Equal(Enumerable.Repeat<byte[]>([0xC0, 0x00], count).SelectMany(b => b), answers);
        Assert.Equal(Enumerable.Range(0, count).Select(i => i % 1000), pair.Sink.Lengths);
    }

    /// <summary>From the socket to the answer's: the least of many blocks counts, since the runtime allocates now and then on its own behalf.</summary>
    [Fact]
    public async Task Receive_ManyPackets_AllocatesNothing()
    {
        await using Pair pair = await Pair.StartAsync(sink => (sink.Answers, sink.Measures) = (true, true));
        const int count = 20_000;
        byte[] packets = [.. Enumerable.Range(0, 1000).SelectMany(_ => Packet(600))];
        Task<byte[]> answers = pair.ReadAsync(2 * count);
        for (int i = 0; i < count; i += 1000)
            await pair.Peer.SendAsync(packets).WaitAsync(Budget.Limit);
        await answers;
        Assert.Equal(0, pair.Sink.LeastAllocated);
    }

    /// <summary>Neither side may wait for the other: a peer that reads nothing gets the rest of the answers once it does.</summary>
    [Fact]
    public async Task Receive_PeerReadsNothing_GoesOnAndLosesNoAnswer()
    {
        await using Pair pair = await Pair.StartAsync(sink => sink.AnswerBytes = 4000);
        const int count = 4000;
        byte[] packets = [.. Enumerable.Range(0, count).SelectMany(_ => Packet(0))];
        await pair.Peer.SendAsync(packets).WaitAsync(Budget.Limit);
        await pair.Sink.ReceivedAsync(count);
        byte[] answers = await pair.ReadAsync(count * pair.Sink.AnswerSize);
        Assert.All(answers.Chunk(pair.Sink.AnswerSize), answer => Assert.Equal(pair.Sink.Answer, answer));
    }

    /// <summary>Nothing comes in and nobody wakes the send loop: the thread itself sends what another one acknowledges.</summary>
    [Fact]
    public async Task Answer_FromAnotherThreadWhileNothingComes_IsSent()
    {
        await using Pair pair = await Pair.StartAsync(sink => sink.Owes = true);
        await pair.Peer.SendAsync(Packet(3));
        await pair.Sink.ReceivedAsync(1);
        pair.Link.Outbound.SendAnswer(new AckPacket(PacketType.Puback, 7));
        Assert.Equal([0x40, 2, 0, 7], await pair.ReadAsync(4));
    }

    /// <summary>
    /// The last answer owed comes just before the thread asks whether any are: it does not wait out the idle 100 ms. The shortest of many
    /// waits counts, since a loaded machine may prolong any of them.
    /// </summary>
    [Fact]
    public async Task Answer_AfterTheFlushAndNoneOwedAnyMore_IsSentSoon()
    {
        await using Pair pair = await Pair.StartAsync(_ => { });
        TimeSpan shortest = TimeSpan.MaxValue, soon = TimeSpan.FromMilliseconds(60);
        for (int i = 0; i < 50 && shortest > soon; i++)
        {
            pair.Sink.AnswersLast = true;
            await pair.Peer.SendAsync(Packet(3));
            Assert.Equal([0x40, 2, 0, 7], await pair.ReadAsync(4));
            TimeSpan wait = Stopwatch.GetElapsedTime(pair.Sink.AnsweredAt);
            shortest = wait < shortest ? wait : shortest;
        }

        Assert.InRange(shortest, TimeSpan.Zero, soon);
    }

    [Fact]
    public async Task End_FromAnotherThread_EndsAfterWhatWaits()
    {
        await using Pair pair = await Pair.StartAsync(_ => { });
        pair.Link.Outbound.SendLast(new DisconnectPacket(MqttReasonCode.Success));
        pair.Link.End(MqttReasonCode.Success, "stopped");
        byte[] last = await pair.ReadAsync(2);
        pair.Peer.Dispose();
        Assert.Equal("stopped", (await pair.Running.WaitAsync(Budget.Limit)).Reason);
        Assert.Equal([0xE0, 0], last);
    }

    [Fact]
    public async Task Abort_WhileItWaits_EndsAtOnce()
    {
        await using Pair pair = await Pair.StartAsync(_ => { });
        pair.Link.Abort(MqttReasonCode.UnspecifiedError, "aborted");
        Assert.Equal("aborted", (await pair.Running.WaitAsync(Budget.Limit)).Reason);
    }

    [Fact]
    public async Task Receive_PeerResets_EndsAsLost()
    {
        await using Pair pair = await Pair.StartAsync(_ => { });
        pair.Peer.LingerState = new LingerOption(true, 0);
        pair.Peer.Dispose();
        Assert.StartsWith("connection lost", (await pair.Running.WaitAsync(Budget.Limit)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SinkThrows_PassesItOn()
    {
        await using Pair pair = await Pair.StartAsync(sink => sink.Throws = true);
        await pair.Peer.SendAsync(Packet(1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Running.WaitAsync(Budget.Limit));
    }

    private static byte[] Packet(int length)
    {
        byte[] packet = new byte[1 + VariableInteger.Size((uint)length) + length];
        packet[0] = 0x30;
        VariableInteger.Write(packet.AsSpan(1), (uint)length);
        return packet;
    }

    /// <summary>A link on a thread of its own and the other end of its socket.</summary>
    private sealed class Pair(PacketLink link, Socket peer, Sink sink) : IAsyncDisposable
    {
        public PacketLink Link => link;

        public Socket Peer => peer;

        public Sink Sink => sink;

        public Task<LinkEnd> Running { get; } = link.RunAsync(sink);

        public static async Task<Pair> StartAsync(Action<Sink> configure)
        {
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            Task<Socket> accepted = listener.AcceptSocketAsync();
            await socket.ConnectAsync(listener.LocalEndpoint);
            PacketLink link = new(new NetworkStream(socket, ownsSocket: true), 1 << 20, 1 << 20, TimeProvider.System, 4096) { OwnThread = true };
            Sink sink = new(link);
            configure(sink);
            return new Pair(link, await accepted, sink);
        }

        public async Task<byte[]> ReadAsync(int count)
        {
            byte[] bytes = new byte[count];
            await using NetworkStream stream = new(peer, ownsSocket: false);
            await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Budget.Limit);
            return bytes;
        }

        public async ValueTask DisposeAsync()
        {
            peer.Dispose();
            link.Abort(MqttReasonCode.Success, "the test is over");
            await ((Task)Running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            sink.Dispose();
        }
    }

    private sealed class Sink(PacketLink link) : IPacketSink, IDisposable
    {
        private readonly SemaphoreSlim received = new(0);
        private long allocated;
        private int seen;
        private bool isAsked;

        public List<int> Lengths { get; } = [];

        public bool Answers { get; set; }

        public bool Throws { get; set; }

        public bool Owes { get; set; }

        public int AnswerBytes { get; set; }

        public byte[] Answer => Encoded(new AckPacket(PacketType.Puback, 1, ReasonString: new string('x', AnswerBytes)));

        public int AnswerSize => Answer.Length;

        /// <summary>Answer the next packet when asked whether answers are owed.</summary>
        public bool AnswersLast { get; set; }

        public long AnsweredAt { get; private set; }

        public bool OwesAnswers
        {
            get
            {
                if (isAsked)
                {
                    isAsked = false;
                    AnsweredAt = Stopwatch.GetTimestamp();
                    link.Outbound.SendAnswer(new AckPacket(PacketType.Puback, 7));
                }

                return Owes;
            }
        }

        /// <summary>Count what the thread allocates, in place of keeping the lengths.</summary>
        public bool Measures { get; set; }

        /// <summary>Bytes of the best thousand packets.</summary>
        public long LeastAllocated { get; private set; } = long.MaxValue;

        public async Task ReceivedAsync(int count)
        {
            for (int i = 0; i < count; i++)
                Assert.True(await received.WaitAsync(Budget.Limit));
        }

        public void OnPacket(byte header, ReadOnlySpan<byte> body)
        {
            if (Throws)
                throw new InvalidOperationException();
            if (Measures)
                Measure();
            else
                Lengths.Add(body.Length);
            isAsked = AnswersLast;
            if (Answers)
                link.Outbound.Send(new PingPacket(PacketType.Pingreq));
            if (AnswerBytes > 0)
                link.Outbound.SendAnswer(new AckPacket(PacketType.Puback, 1, ReasonString: new string('x', AnswerBytes)));
            received.Release();
        }

        public void Dispose() => received.Dispose();

        public void OnProtocolError(MqttReasonCode reasonCode)
        {
        }

        private void Measure()
        {
            if (++seen % 1000 != 0)
                return;
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (seen > 1000)
                LeastAllocated = Math.Min(LeastAllocated, now - allocated);
            allocated = now;
        }

        private static byte[] Encoded(in AckPacket packet)
        {
            PacketWriter writer = new();
            packet.WriteTo(writer);
            return writer.Written.ToArray();
        }
    }
}
