using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Passes bytes on to a port of this machine, until told to cut all connections.</summary>
internal sealed class CutCable : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock gate = new();
    private readonly List<TcpClient> ends = [];
    private readonly Task accepting;

    public CutCable(int port)
    {
        listener.Start();
        accepting = AcceptAsync(port);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (gate)
        {
            ends.ForEach(end => end.Dispose());
            ends.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        Cut();
        await accepting;
    }

    private async Task AcceptAsync(int port)
    {
        List<Task> passing = [];
        try
        {
            while (true)
            {
                TcpClient near = await listener.AcceptTcpClientAsync();
                TcpClient far = new() { NoDelay = true };
                lock (gate)
                    ends.AddRange([near, far]);
                await far.ConnectAsync(IPAddress.Loopback, port);
                passing.AddRange([PassAsync(near, far), PassAsync(far, near)]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was disposed.
        }

        await Task.WhenAll(passing);
    }

    private static async Task PassAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
