using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt;

/// <summary>Opens the byte stream to a broker: TCP, with TLS if asked for.</summary>
internal static class TcpConnector
{
    public static async Task<Stream> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        // The socket buffers stay as the system sizes them: a small receive buffer stalls a busy stream.
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            NetworkStream stream = new(socket, ownsSocket: true);
            return options.UseTls ? await SecureAsync(stream, options, cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream stream, MqttClientOptions options, CancellationToken cancellationToken)
    {
        SslStream secure = new(stream);
        try
        {
            SslClientAuthenticationOptions tls = new() { TargetHost = options.Host };
            if (options.TrustedRoots is { } roots)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
            }

            await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
