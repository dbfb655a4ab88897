using System.Net.Http;
using System.Net.WebSockets;

namespace AnyEcg.Mqtt;

/// <summary>Opens the byte stream to a broker through a WebSocket, with the subprotocol <c>mqtt</c>.</summary>
internal static class WebSocketConnector
{
    private const string Subprotocol = "mqtt";

    public static async Task<Stream> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        // No redirect: it could lead from TLS to plain text. No proxy of the environment and no cookies: neither is asked for.
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        if (options.UseTls)
            handler.SslOptions = TlsClient.OptionsFor(options);
        HttpMessageInvoker http = new(handler);
        ClientWebSocket socket = new();
        WebSocketStream stream = new(socket, http);
        try
        {
            socket.Options.AddSubProtocol(Subprotocol);

            // MQTT has a keep-alive of its own.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            await socket.ConnectAsync(MqttBrokerUrl.Of(options).ToUri(), http, cancellationToken).ConfigureAwait(false);
            if (socket.SubProtocol != Subprotocol)
                throw new IOException("the server does not offer MQTT on this path");
            return stream;
        }
        catch (WebSocketException e)
        {
            stream.Dispose();
            throw new IOException(Innermost(e), e);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The outer ones only say that it failed.</summary>
    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}
