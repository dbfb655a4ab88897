using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>A port where the test plays the server, one connection at a time.</summary>
internal sealed class ScriptedListener : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ScriptedListener() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async Task<WirePeer> AcceptAsync(CancellationToken? cancellationToken = null) =>
        new(await listener.AcceptTcpClientAsync(cancellationToken ?? Budget.Token), 5, true);

    /// <summary>Accepts a client, reads its CONNECT and answers it.</summary>
    public async Task<(WirePeer Peer, WireConnect Connect)> AcceptAsync(WireConnack connack)
    {
        WirePeer peer = await AcceptAsync();
        WireConnect connect = await peer.ExpectAsync<WireConnect>();
        await peer.SendAsync(connack);
        return (peer, connect);
    }

    public void Dispose() => listener.Dispose();
}
