using System.Net.Sockets;

namespace AnyEcg.Mqtt;

/// <summary>Opens the byte stream to a broker: TCP, with TLS if asked for, or a WebSocket.</summary>
internal static class BrokerConnector
{
    public static Task<Stream> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken) =>
        options.WebSocketPath is null ? OpenAsync(options, cancellationToken) : WebSocketConnector.ConnectAsync(options, cancellationToken);

    private static async Task<Stream> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        // The socket buffers stay as the system sizes them: a small receive buffer stalls a busy stream.
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await ConnectAsync(socket, options, cancellationToken).ConfigureAwait(false);
            NetworkStream stream = new(socket, ownsSocket: true);
            return options.UseTls ? await TlsClient.SecureAsync(stream, options, cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task ConnectAsync(Socket socket, MqttClientOptions options, CancellationToken cancellationToken)
    {
        if (!options.ReceiveOnOwnThread || options.UseTls)
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            return;
        }

        // After an asynchronous connect the runtime would watch the socket for good, and wake for all that the thread reads.
        using CancellationTokenRegistration giveUp = cancellationToken.Register(static s => ((Socket)s!).Dispose(), socket);
        try
        {
            await Task.Factory.StartNew(
                () => socket.Connect(options.Host, options.Port), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the connection took too long", e, cancellationToken);
        }
    }
}
