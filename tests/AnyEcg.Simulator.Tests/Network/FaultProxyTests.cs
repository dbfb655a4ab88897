using System.Net.Sockets;

namespace AnyEcg.Simulator.Tests;

public sealed class FaultProxyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task NoFaults_BytesPassBothWaysAndTheEndIsPassedOn()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        byte[] request = Bytes(300_000), answer = Bytes(200_000);
        Task sending = SendAsync(client, request);

        Assert.Equal(request, await rig.ReadAsync(target, request.Length));
        await sending;
        client.Shutdown(SocketShutdown.Send);
        Assert.Null(await rig.EndAsync(target));
        sending = SendAsync(target, answer);
        Assert.Equal(answer, await rig.ReadAsync(client, answer.Length));
        await sending;
        target.Shutdown(SocketShutdown.Send);
        Assert.Null(await rig.EndAsync(client));
        await rig.UntilAsync(() => rig.Proxy.Connections == 0);

        ProxyCounters counters = rig.Proxy.Counters;
        Assert.Equal((1L, 300_000L, 200_000L, 0L), (counters.Accepted, counters.BytesToTarget, counters.BytesToClient, counters.Resets));
    }

    [Fact]
    public async Task Latency_NothingComesBeforeItsTime()
    {
        ManualTime time = new();
        await using ProxyRig rig = new(time);
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = new NetworkFaults { ToTarget = new() { Latency = 3 * Second, Jitter = Second } };
        await client.SendAsync(new byte[] { 1, 2, 3 });
        Task<byte[]> reading = rig.ReadAsync(target, 3);
        await AnsweredAsync(rig, client, target);

        time.Advance(2.999 * Second);
        await AnsweredAsync(rig, client, target);
        Assert.Equal(0, rig.Proxy.Counters.BytesToTarget);
        await rig.UntilAsync(() =>
        {
            // The proxy may read late: keep the clock going, as a real one does.
            time.Advance(0.1 * Second);
            return rig.Proxy.Counters.BytesToTarget == 3;
        });

        Assert.Equal(new byte[] { 1, 2, 3 }, await reading);
    }

    [Fact]
    public async Task Latency_TakenAway_WhatWaitsIsDeliveredInOrder()
    {
        await using ProxyRig rig = new(new ManualTime());
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = NetworkFaults.BothWays(new() { Latency = 1000 * Second });
        byte[] sent = Bytes(20_000);
        await SendAsync(client, sent);

        rig.Proxy.Faults = NetworkFaults.None;

        Assert.Equal(sent, await rig.ReadAsync(target, sent.Length));
    }

    [Fact]
    public async Task Bandwidth_DeliversNoMoreThanTheRate()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = new NetworkFaults { ToTarget = new() { BytesPerSecond = 20_000 } };
        byte[] sent = Bytes(10_000);
        long start = TimeProvider.System.GetTimestamp();
        await SendAsync(client, sent);

        Assert.Equal(sent, await rig.ReadAsync(target, sent.Length));

        // Half a second of bytes, of which two fiftieths may come at once.
        Assert.True(TimeProvider.System.GetElapsedTime(start) > 0.4 * Second);
    }

    [Fact]
    public async Task SingleBytes_EveryByteIsAPieceOfItsOwn()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = NetworkFaults.BothWays(new() { PieceBytes = 1 });
        byte[] sent = Bytes(1_000);
        await SendAsync(client, sent);

        Assert.Equal(sent, await rig.ReadAsync(target, sent.Length));
        Assert.Equal(1_000, rig.Proxy.Counters.Pieces);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BlackHole_OneWay_HoldsThatWayUntilItCloses(bool toTarget)
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        (Socket from, Socket to) = toTarget ? (client, target) : (target, client);
        DirectionFaults hole = new() { BlackHole = true };
        rig.Proxy.Faults = toTarget ? new NetworkFaults { ToTarget = hole } : new NetworkFaults { ToClient = hole };
        byte[] sent = Bytes(50_000);
        await SendAsync(from, sent);
        await to.SendAsync(new byte[] { 9 });

        Assert.Equal(9, (await rig.ReadAsync(from, 1))[0]);
        Assert.Equal(0, to.Available);
        rig.Proxy.Faults = NetworkFaults.None;
        Assert.Equal(sent, await rig.ReadAsync(to, sent.Length));
    }

    [Fact]
    public async Task BlackHole_ASenderThatGoesOn_IsHeldUpByFullBuffers()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = NetworkFaults.BothWays(new() { BlackHole = true });
        client.SendTimeout = 500;
        byte[] flood = new byte[64 << 20];

        SocketException held = Assert.Throws<SocketException>(() => client.Send(flood));

        Assert.True(held.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock, held.Message);
        Assert.Equal(0, target.Available);
    }

    [Fact]
    public async Task Reset_BothEndsAreReset()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();

        Assert.Equal(1, rig.Proxy.Cut(ConnectionCut.Reset));

        Assert.Equal(SocketError.ConnectionReset, await rig.EndAsync(client));
        Assert.Equal(SocketError.ConnectionReset, await rig.EndAsync(target));
        await rig.UntilAsync(() => rig.Proxy.Connections == 0);
        Assert.Equal(1, rig.Proxy.Counters.Resets);
    }

    [Fact]
    public async Task ResetAfterBytes_DeliversThatManyAndResets()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = new NetworkFaults { ToTarget = new() { ResetAfterBytes = 700 } };
        await SendAsync(client, Bytes(10_000));

        Assert.Equal(SocketError.ConnectionReset, await rig.EndAsync(target));
        Assert.Equal(SocketError.ConnectionReset, await rig.EndAsync(client));
        Assert.Equal((700L, 1L), (rig.Proxy.Counters.BytesToTarget, rig.Proxy.Counters.Resets));
    }

    [Theory]
    [InlineData(ConnectionCut.ClientDies)]
    [InlineData(ConnectionCut.TargetDies)]
    public async Task HalfOpen_TheOtherSideHearsNothingAndCanSendOn(ConnectionCut cut)
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        (Socket dead, Socket survivor) = cut == ConnectionCut.ClientDies ? (client, target) : (target, client);

        rig.Proxy.Cut(cut);

        Assert.Equal(SocketError.ConnectionReset, await rig.EndAsync(dead));
        await SendAsync(survivor, Bytes(1_000_000));
        await rig.UntilAsync(() => rig.Proxy.Counters.BytesSwallowed == 1_000_000);

        // Poll would say so if an end or an error were there to be read.
        Assert.False(survivor.Poll(TimeSpan.Zero, SelectMode.SelectRead));
        Assert.Equal(1, rig.Proxy.Connections);
        survivor.Dispose();
        await rig.UntilAsync(() => rig.Proxy.Connections == 0);
    }

    [Fact]
    public async Task HalfOpen_DuringABlackHole_SwallowsAtOnce()
    {
        await using ProxyRig rig = new();
        (_, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = NetworkFaults.BothWays(new() { BlackHole = true });

        rig.Proxy.Cut(ConnectionCut.ClientDies);
        await SendAsync(target, Bytes(500_000));

        await rig.UntilAsync(() => rig.Proxy.Counters.BytesSwallowed == 500_000);
    }

    [Fact]
    public async Task Refuse_NewConnectionsAreResetAndStandingOnesStay()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        rig.Proxy.Faults = new NetworkFaults { RefuseConnections = true };

        Assert.Equal(SocketError.ConnectionReset, await rig.NewConnectionEndAsync());
        await SendAsync(client, [7]);
        Assert.Equal(7, (await rig.ReadAsync(target, 1))[0]);
        Assert.Equal((1L, 1L), (rig.Proxy.Counters.Refused, rig.Proxy.Counters.Accepted));
    }

    [Fact]
    public async Task TooManyConnections_AreRefused()
    {
        await using ProxyRig rig = new(maxConnections: 1);
        await rig.PairAsync();

        Assert.Equal(SocketError.ConnectionReset, await rig.NewConnectionEndAsync());
        Assert.Equal(1, rig.Proxy.Counters.Refused);
    }

    [Fact]
    public async Task TargetGone_NewConnectionsAreReset()
    {
        await using ProxyRig rig = new();
        rig.StopServer();

        Assert.Equal(SocketError.ConnectionReset, await rig.NewConnectionEndAsync());
        Assert.Equal((1L, 0L), (rig.Proxy.Counters.Unreachable, rig.Proxy.Counters.Accepted));
    }

    [Fact]
    public async Task PeerReset_IsPassedOnAsAReset()
    {
        await using ProxyRig rig = new();
        (Socket client, Socket target) = await rig.PairAsync();
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();

        Assert.Equal(SocketError.ConnectionReset, await rig.EndAsync(target));
        Assert.Equal(0, rig.Proxy.Counters.Resets);
    }

    /// <summary>A byte the way without faults, so that the proxy has had its turn.</summary>
    private static async Task AnsweredAsync(ProxyRig rig, Socket client, Socket target)
    {
        await target.SendAsync(new byte[] { 1 });
        await rig.ReadAsync(client, 1);
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
            at += await socket.SendAsync(bytes.AsMemory(at));
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
