using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Simulator.Tests;

/// <summary>A proxy before a plain server socket, and pairs of sockets connected through it.</summary>
internal sealed class ProxyRig : IAsyncDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource budget = new(TimeSpan.FromSeconds(60), TimeProvider.System);
    private readonly List<Socket> sockets = [];

    public ProxyRig(TimeProvider? time = null, int maxConnections = 100)
    {
        server.Start();
        Proxy = new FaultProxy(
            new FaultProxyOptions { TargetPort = ((IPEndPoint)server.LocalEndpoint).Port, MaxConnections = maxConnections },
            time ?? TimeProvider.System);
        Proxy.Start();
    }

    public FaultProxy Proxy { get; }

    public CancellationToken Budget => budget.Token;

    /// <summary>A socket connected to the proxy.</summary>
    public async Task<Socket> ClientAsync()
    {
        Socket client = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        sockets.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, Proxy.Port, Budget);
        return client;
    }

    /// <summary>How a new connection ends: the reset may come before the connect has returned.</summary>
    public async Task<SocketError?> NewConnectionEndAsync()
    {
        try
        {
            return await EndAsync(await ClientAsync());
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Both ends of a connection through the proxy.</summary>
    public async Task<(Socket Client, Socket Target)> PairAsync()
    {
        Socket client = await ClientAsync();
        Socket target = await server.AcceptSocketAsync(Budget);
        sockets.Add(target);
        await UntilAsync(() => Proxy.Connections > 0);
        return (client, target);
    }

    /// <summary>Closes the server: what stands stays, new connections find nobody.</summary>
    public void StopServer() => server.Stop();

    public async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count)
        {
            int read = await socket.ReceiveAsync(bytes.AsMemory(at), SocketFlags.None, Budget);
            Assert.True(read > 0, $"The end after {at} bytes of {count}.");
            at += read;
        }

        return bytes;
    }

    /// <summary>How the connection ends for one that reads: null for an orderly close.</summary>
    public async Task<SocketError?> EndAsync(Socket socket)
    {
        byte[] rest = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(rest, SocketFlags.None, Budget) > 0)
            {
            }

            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Budget);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        server.Stop();
        sockets.ForEach(socket => socket.Dispose());
        budget.Dispose();
    }
}
