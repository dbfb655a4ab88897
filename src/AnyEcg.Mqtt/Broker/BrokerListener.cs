using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt;

/// <summary>Accepts on one port of the broker, and has each connection served.</summary>
internal sealed class BrokerListener : IDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly BrokerContext context;
    private readonly StreamOpener opener;
    private readonly TcpListener listener;
    private readonly HashSet<Task> serving = [];
    private int sweepAt = 64;

    /// <summary>Binds. Throws <see cref="SocketException"/> when the port is taken.</summary>
    public BrokerListener(BrokerListenerOptions options, BrokerContext context)
    {
        this.context = context;
        opener = new StreamOpener(options, context);
        listener = new TcpListener(options.Address, options.Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>
    /// Runs until stopped; ends when all that it accepted has been served. Throws what serving threw.
    /// </summary>
    /// <param name="serve">Serves a connection to its end, and then gives its place back.</param>
    /// <param name="stop">Ends accepting, and handshakes under way.</param>
    public async Task RunAsync(Func<Stream, Task> serve, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptSocketAsync(stop).ConfigureAwait(false);
                Track(OpenAndServeAsync(socket, serve, stop));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException)
            {
                // A client that left before it was accepted, or no descriptors left: wait, so as not to spin.
                await Task.Delay(AcceptRetry, context.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(serving).ConfigureAwait(false);
    }

    public void Dispose() => listener.Dispose();

    /// <summary>Those that have ended are forgotten now and then, at a cost that stays constant for each connection.</summary>
    private void Track(Task task)
    {
        serving.Add(task);
        if (serving.Count < sweepAt)
            return;
        serving.RemoveWhere(served => served.IsCompletedSuccessfully);
        sweepAt = Math.Max(64, 2 * serving.Count);
    }

    private async Task OpenAndServeAsync(Socket socket, Func<Stream, Task> serve, CancellationToken stop)
    {
        if (!context.Places.TryEnter())
        {
            context.Counters.Add(BrokerCounters.Kind.ConnectionsRefused);
            socket.Dispose();
            return;
        }

        Stream? stream = null;
        try
        {
            stream = await opener.OpenAsync(socket, stop).ConfigureAwait(false);
        }
        finally
        {
            if (stream is null)
                context.Places.Leave();
        }

        if (stream is not null)
            await serve(stream).ConfigureAwait(false);
    }
}
