using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

/// <summary>A TLS server that only shakes hands, and says what it saw of the client.</summary>
internal sealed class TlsPeer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public TlsPeer() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Shakes hands with the next client; null when the handshake fails on either side.</summary>
    public async Task<Seen?> AcceptAsync(X509Certificate2 certificate, bool askForCertificate = false)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Budget.Token);
        await using SslStream secure = new(client.GetStream());
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = askForCertificate,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null || !askForCertificate,
        };
        try
        {
            await secure.AuthenticateAsServerAsync(options, Budget.Token);

            // With TLS 1.3 the client judges the server only after the server is done: wait for its first byte.
            int read = await secure.ReadAsync(new byte[1], Budget.Token);
            return read == 0 ? null : new Seen(secure.TargetHostName, secure.SslProtocol, (secure.RemoteCertificate as X509Certificate2)?.Subject);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return null;
        }
    }

    public void Dispose() => listener.Dispose();

    internal sealed record Seen(string Sni, SslProtocols Protocol, string? ClientSubject);
}
