using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt;

/// <summary>Turns an accepted socket into the byte stream that MQTT runs on: TLS first, then WebSocket, as the port demands.</summary>
internal sealed class StreamOpener
{
    private readonly BrokerListenerOptions options;
    private readonly BrokerContext context;
    private readonly SslServerAuthenticationOptions? tls;

    public StreamOpener(BrokerListenerOptions options, BrokerContext context)
    {
        this.options = options;
        this.context = context;
        if (options.Certificate is { } certificate)
            tls = MakeTls(options, certificate);
    }

    /// <summary>Null: the handshakes failed or took longer than the connect timeout; the socket is closed and the failure counted.</summary>
    public async Task<Stream?> OpenAsync(Socket socket, CancellationToken stop)
    {
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls is null && !options.WebSocket)
            return stream;
        using CancellationTokenSource timeout = new(context.Options.ConnectTimeout, context.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            if (tls is not null)
                stream = await SecureAsync(stream, tls, both.Token).ConfigureAwait(false);
            if (options.WebSocket)
                stream = await WebSocketUpgrade.AcceptAsync(stream, options.AllowedOrigins, both.Token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or AuthenticationException or OperationCanceledException)
        {
            context.Counters.Add(BrokerCounters.Kind.HandshakesFailed);
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private static async Task<Stream> SecureAsync(Stream stream, SslServerAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        SslStream secure = new(stream);
        try
        {
            await secure.AuthenticateAsServerAsync(tls, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SslServerAuthenticationOptions MakeTls(BrokerListenerOptions options, X509Certificate2 certificate)
    {
        SslServerAuthenticationOptions tls = new()
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            ClientCertificateRequired = options.RequireClientCertificate,
        };
        if (!options.RequireClientCertificate)
            return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,

            // A stranger's certificate is not to make us fetch from addresses of its choice.
            DisableCertificateDownloads = true,
        };
        if (options.ClientRoots is not { } roots)
            return tls;
        tls.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        return tls;
    }
}
