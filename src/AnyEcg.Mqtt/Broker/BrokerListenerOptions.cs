using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt;

/// <summary>One port of the embedded broker: plain or TLS, MQTT directly or in a WebSocket.</summary>
public sealed class BrokerListenerOptions
{
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>0: any free port; see <see cref="EmbeddedBroker.Ports"/>.</summary>
    public int Port { get; set; }

    /// <summary>The broker's certificate with its private key; null: no TLS.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>With TLS: admit only clients that prove a certificate of one of the <see cref="ClientRoots"/>.</summary>
    public bool RequireClientCertificate { get; set; }

    /// <summary>Authorities of client certificates; null: the system's.</summary>
    public X509Certificate2Collection? ClientRoots { get; set; }

    /// <summary>MQTT in binary frames of a WebSocket with the subprotocol <c>mqtt</c>, on any path.</summary>
    public bool WebSocket { get; set; }

    /// <summary>
    /// Web sites whose pages may connect by WebSocket, as browsers put them in the Origin header. Empty: none, so that no page
    /// opened in a browser here can reach the broker. Programs that send no Origin, or the broker's own address, are admitted.
    /// </summary>
    public IReadOnlyCollection<string> AllowedOrigins { get; set; } = [];
}
