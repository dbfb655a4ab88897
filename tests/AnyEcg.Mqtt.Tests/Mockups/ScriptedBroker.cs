using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Tests;

/// <summary>A port where the test itself plays the broker, one connection at a time.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async Task<RawPeer> AcceptAsync() => new(await listener.AcceptTcpClientAsync(Budget.Token));

    /// <summary>Accepts a client, reads its CONNECT and answers it.</summary>
    public async Task<(RawPeer Peer, ConnectPacket Connect)> AcceptAsync(ConnackPacket connack)
    {
        RawPeer peer = await AcceptAsync();
        ConnectPacket connect = ConnectPacket.Parse(await peer.ExpectAsync(PacketType.Connect));
        peer.Version = connect.Version;
        await peer.SendAsync(connack);
        return (peer, connect);
    }

    /// <summary>Starts a client and accepts it.</summary>
    public async Task<RawPeer> ConnectAsync(MqttConnection client, ConnackPacket? connack = null)
    {
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer peer, _) = await AcceptAsync(connack ?? new ConnackPacket());
        await starting;
        return peer;
    }

    public void Dispose() => listener.Dispose();
}
