using System.Net.Sockets;

namespace AnyEcg.Simulator;

/// <summary>A client's connection and the one made for it to the target.</summary>
internal sealed class ProxyConnection : IDisposable
{
    private readonly Lock gate = new();
    private readonly Socket client;
    private readonly Socket target;
    private readonly ProxyContext context;
    private readonly ProxyPump up;
    private readonly ProxyPump down;
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource broken = new();
    private ConnectionCut? cut;
    private bool ended;

    /// <param name="client">Owned from here on.</param>
    /// <param name="target">Owned from here on.</param>
    /// <param name="context">Shared by all connections.</param>
    /// <param name="seed">Of the jitter of both directions.</param>
    public ProxyConnection(Socket client, Socket target, ProxyContext context, int seed)
    {
        this.client = client;
        this.target = target;
        this.context = context;
        up = new ProxyPump(client, target, toTarget: true, context, seed);
        down = new ProxyPump(target, client, toTarget: false, context, ~seed);
    }

    /// <summary>Runs until both sides have closed or the connection is cut.</summary>
    public Task RunAsync() => Task.WhenAll(DirectionAsync(up, target, ConnectionCut.TargetDies), DirectionAsync(down, client, ConnectionCut.ClientDies));

    /// <summary>Breaks the connection, once; false when it was broken or over before. Any thread.</summary>
    public bool Cut(ConnectionCut how)
    {
        lock (gate)
        {
            if (ended || cut is not null)
                return false;
            cut = how;
            context.Counters.Cut(how);
            broken.Cancel();
            if (how != ConnectionCut.TargetDies)
                Abort(client);
            if (how != ConnectionCut.ClientDies)
                Abort(target);
            return true;
        }
    }

    /// <summary>Resets what still stands.</summary>
    public void End()
    {
        lock (gate)
        {
            if (ended)
                return;
            ended = true;
            broken.Cancel();
            stop.Cancel();
            Abort(client);
            Abort(target);
        }
    }

    public void Dispose()
    {
        End();
        broken.Dispose();
        stop.Dispose();
    }

    /// <summary>Closes with a reset: no FIN, and what is on its way is gone.</summary>
    public static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already, by the peer or by us.
        }

        socket.Dispose();
    }

    private async Task DirectionAsync(ProxyPump pump, Socket receiver, ConnectionCut receiverDies)
    {
        bool? outcome = await pump.RunAsync(broken.Token).ConfigureAwait(false);
        if (outcome is null)
            Cut(ConnectionCut.Reset);
        ConnectionCut? how;
        lock (gate)
            how = cut;
        if (how == receiverDies)
            await pump.SwallowAsync(stop.Token).ConfigureAwait(false);
        else if (how is null && outcome == true)
            Close(receiver);
        else if (how is null)
            End();
    }

    /// <summary>The sender has closed its half: so does the proxy.</summary>
    private static void Close(Socket receiver)
    {
        try
        {
            receiver.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already: nothing left to close.
        }
    }
}
