using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt;

/// <summary>
/// The rules of every TLS handshake of the client: TLS 1.2 or 1.3, a chain to a trusted authority, made out for servers, with
/// the name of the host that was asked for (also sent as SNI). There is no way to switch one of them off.
/// </summary>
internal static class TlsClient
{
    public static SslClientAuthenticationOptions OptionsFor(MqttClientOptions options)
    {
        TlsMaterial material = options.Certificates?.Current() ?? TlsMaterial.None;
        X509ChainPolicy policy = new()
        {
            RevocationMode = X509RevocationMode.NoCheck,

            // A stranger's certificate is not to make us fetch from addresses of its choice.
            DisableCertificateDownloads = true,
        };
        if ((material.Roots ?? options.TrustedRoots) is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = options.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = policy,
            ClientCertificateContext = material.Client,
        };
    }

    /// <summary>Wraps a stream; it is disposed when the handshake fails.</summary>
    /// <exception cref="AuthenticationException">The broker is not who it should be.</exception>
    public static async Task<Stream> SecureAsync(Stream stream, MqttClientOptions options, CancellationToken cancellationToken)
    {
        SslStream secure = new(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(OptionsFor(options), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (CryptographicException e)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw new AuthenticationException(e.Message, e);
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
