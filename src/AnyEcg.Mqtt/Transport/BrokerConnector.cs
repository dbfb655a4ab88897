using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt;

/// <summary>Opens the byte stream to a broker: TCP, with TLS if asked for, or a WebSocket.</summary>
internal static class BrokerConnector
{
    public static Task<Stream> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken) =>
        options.WebSocketPath is null
            ? ConnectAsync(options, Dns.GetHostAddressesAsync, cancellationToken)
            : WebSocketConnector.ConnectAsync(options, cancellationToken);

    /// <summary>Without a WebSocket, and with a resolver of host names other than the system's.</summary>
    public static async Task<Stream> ConnectAsync(
        MqttClientOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await AddressesAsync(options.Host, resolve, cancellationToken).ConfigureAwait(false);

        // The socket buffers stay as the system sizes them: a small receive buffer stalls a busy stream.
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await ConnectAsync(socket, addresses, options, cancellationToken).ConfigureAwait(false);
            NetworkStream stream = new(socket, ownsSocket: true);
            return options.UseTls ? await TlsClient.SecureAsync(stream, options, cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IPAddress[]> AddressesAsync(
        string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
            return [literal];
        try
        {
            // The system's resolver looks at the token only before it begins, and takes its time where no DNS answers: it is left to itself then.
            return await resolve(host, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException("looking up the host name took too long", e, cancellationToken);
        }
    }

    private static async Task ConnectAsync(Socket socket, IPAddress[] addresses, MqttClientOptions options, CancellationToken cancellationToken)
    {
        if (!options.ReceiveOnOwnThread || options.UseTls)
        {
            await socket.ConnectAsync(addresses, options.Port, cancellationToken).ConfigureAwait(false);
            return;
        }

        // After an asynchronous connect the runtime would watch the socket for good, and wake for all that the thread reads.
        using CancellationTokenRegistration giveUp = cancellationToken.Register(static s => ((Socket)s!).Dispose(), socket);
        try
        {
            await Task.Factory.StartNew(
                () => socket.Connect(addresses, options.Port), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the connection took too long", e, cancellationToken);
        }
    }
}
