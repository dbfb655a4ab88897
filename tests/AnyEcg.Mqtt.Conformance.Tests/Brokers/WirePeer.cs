using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>One end of a connection that a test plays itself, packet by packet, as client or as server.</summary>
internal sealed class WirePeer : IDisposable
{
    private readonly TcpClient connection;
    private readonly WireStream packets;
    private readonly SemaphoreSlim sending = new(1);
    private readonly bool isServer;

    public WirePeer(TcpClient connection, int level, bool isServer)
    {
        connection.NoDelay = true;
        this.connection = connection;
        this.isServer = isServer;
        Level = level;
        packets = new WireStream(connection.GetStream());
    }

    /// <summary>5, or 4 for 3.1.1; a server takes it from the CONNECT.</summary>
    public int Level { get; private set; }

    /// <summary>Opens a connection, as a client.</summary>
    public static async Task<WirePeer> OpenAsync(int port, int level)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, Budget.Token);
        return new WirePeer(client, level, false);
    }

    /// <summary>Opens a connection and sends a CONNECT; returns after its CONNACK.</summary>
    public static async Task<(WirePeer Peer, WireConnack Connack)> ConnectAsync(int port, WireConnect connect)
    {
        WirePeer peer = await OpenAsync(port, connect.Level);
        await peer.SendAsync(connect);
        return (peer, await peer.ExpectAsync<WireConnack>());
    }

    public Task SendAsync(WirePacket packet) => SendAsync(WireEncoder.Encode(packet, Level));

    public async Task SendAsync(params byte[] bytes)
    {
        await sending.WaitAsync(Budget.Token);
        try
        {
            await connection.GetStream().WriteAsync(bytes, Budget.Token);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>The next packet; null when the other side has closed. A packet that breaks the format fails the test.</summary>
    public async Task<WirePacket?> ReadAsync()
    {
        WireFrame? frame = await packets.NextAsync(Budget.Token);
        WirePacket? packet = frame?.Decode(Level, isServer);
        if (packet is WireConnect connect)
            Level = connect.Level;
        return packet is WireFault fault ? throw new WireException(fault.ToString()) : packet;
    }

    /// <summary>The next packet, which must be of this kind.</summary>
    public async Task<T> ExpectAsync<T>()
        where T : WirePacket => Assert.IsType<T>(await ReadAsync());

    /// <summary>The next packet of this kind; those before it are passed over.</summary>
    public async Task<T> SkipToAsync<T>(Func<T, bool>? where = null)
        where T : WirePacket
    {
        while (true)
        {
            WirePacket? packet = await ReadAsync();
            Assert.NotNull(packet);
            if (packet is T wanted && where?.Invoke(wanted) != false)
                return wanted;
        }
    }

    /// <summary>Reads to the end of the connection; returns what still came.</summary>
    public async Task<List<WirePacket>> ToEndAsync()
    {
        List<WirePacket> last = [];
        while (await ReadAsync() is { } packet)
            last.Add(packet);
        return last;
    }

    /// <summary>Closes with a reset, as a crash does.</summary>
    public void Crash()
    {
        connection.Client.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        connection.Dispose();
        sending.Dispose();
    }
}
