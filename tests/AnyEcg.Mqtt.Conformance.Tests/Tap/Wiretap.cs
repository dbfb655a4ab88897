using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>A relay between clients and a broker that writes every packet on a tape, and can keep packets back or cut the line.</summary>
internal sealed class Wiretap : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<Socket> open = [];
    private readonly int brokerPort;
    private readonly Task accepting;
    private int connections;

    public Wiretap(int brokerPort)
    {
        this.brokerPort = brokerPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Tape Tape { get; } = new();

    /// <summary>Packets that the other side is not to see, by sender: true for the client.</summary>
    public Func<bool, WirePacket, bool> Swallow { get; set; } = (_, _) => false;

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (Socket end in open)
            {
                end.LingerState = new LingerOption(true, 0);
                end.Dispose();
            }

            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                relays.Add(RelayAsync(client, ++connections));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient client, int connection)
    {
        TcpClient broker = new() { NoDelay = true };
        client.NoDelay = true;
        (Socket Client, Socket Broker) ends = (client.Client, broker.Client);
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, brokerPort, stop.Token);
            lock (gate)
                open.AddRange([ends.Client, ends.Broker]);
            StrongBox level = new();
            Task up = PumpAsync(client, broker, connection, true, level);
            Task down = PumpAsync(broker, client, connection, false, level);
            await Task.WhenAll(up, down);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            Tape.Add(connection, false, null);
        }

        lock (gate)
            open.RemoveAll(socket => socket == ends.Client || socket == ends.Broker);
        client.Dispose();
        broker.Dispose();
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, int connection, bool fromClient, StrongBox level)
    {
        WireStream packets = new(from.GetStream());
        Stream target = to.GetStream();
        try
        {
            while (await packets.NextAsync(stop.Token) is { } frame)
            {
                WirePacket packet = frame.Decode(level.Value, fromClient);
                if (packet is WireConnect connect)
                    level.Value = connect.Level;
                bool swallowed = Swallow(fromClient, packet);
                Tape.Add(connection, fromClient, packet, swallowed);
                if (!swallowed)
                    await target.WriteAsync(frame.Bytes, stop.Token);
            }

            Tape.Add(connection, fromClient, null);
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side is gone: its own pump has written so.
        }
    }

    /// <summary>The level that both directions of a connection share.</summary>
    private sealed class StrongBox
    {
        public int Value { get; set; } = 5;
    }
}
