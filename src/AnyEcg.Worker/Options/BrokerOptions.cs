using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>
/// Section <c>Broker</c>: the MQTT broker. Secrets come from the environment or from files: one in appsettings.json or on the
/// command line is refused at start.
/// </summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>mqtts://host:8883, wss://host/mqtt, mqtt:// or ws://; wins over <see cref="Host"/>, <see cref="Port"/> and <see cref="UseTls"/>.</summary>
    public string? Url { get; set; }

    /// <summary>Host name or address.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>1-65535; null: 8883 with TLS, else 1883.</summary>
    public int? Port { get; set; }

    /// <summary>Null: TLS, unless the broker is on this machine.</summary>
    public bool? UseTls { get; set; }

    /// <summary>Talk to a broker on another machine without TLS, where something else protects the way. Everything can then be read on it, the password too.</summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>PEM files of the authorities trusted instead of the system's. Like the certificate's files, looked at anew for every connection.</summary>
    public string[] CaFiles { get; set; } = [];

    /// <summary>The worker's own certificate: PEM with its chain, or .pfx or .p12.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of its key; null: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Password of that key; environment variable <c>Broker__KeyPassword</c>.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>File whose first line is that password; wins over <see cref="KeyPassword"/>.</summary>
    public string? KeyPasswordFile { get; set; }

    public string? UserName { get; set; }

    /// <summary>The password itself; environment variable <c>Broker__Password</c>.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password, read anew for every connection; wins over <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Fixed, because the broker keeps the session, and with it the backlog, under this name. Empty: <c>anyecg-{Worker:Id}</c>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Longest absence of the worker that the broker bridges, seconds, 0 to a week. At least the outage budget.</summary>
    public int SessionExpirySeconds { get; set; } = 86_400;

    /// <summary>Auto (5, and 3.1.1 where the broker knows no better), V5 or V311.</summary>
    public MqttVersionChoice ProtocolVersion { get; set; }

    /// <summary>5-600 s.</summary>
    public int KeepAliveSeconds { get; set; } = 30;

    /// <summary>
    /// Unacknowledged QoS 1 messages that the broker may have under way to us, 16-65535: the valve that holds a flood back in
    /// the broker. The frame queue is at least twice as large, so a QoS 1 frame always finds room.
    /// </summary>
    public int ReceiveMaximum { get; set; } = 4096;

    /// <summary>Largest packet taken, bytes, 1 KiB to 16 MiB. A larger one that is only announced already ends the connection.</summary>
    public int MaxPacketBytes { get; set; } = 1 << 20;

    /// <summary>Where the broker is; null, and in words why, when <see cref="Url"/> is none.</summary>
    internal MqttBrokerUrl? Address(out string? fault)
    {
        if (Url is not null)
        {
            fault = MqttBrokerUrl.TryParse(Url, out MqttBrokerUrl? url);
            return url;
        }

        fault = null;
        bool tls = UseTls ?? !new MqttBrokerUrl(Host, 1, false, null).IsLoopback;
        return new MqttBrokerUrl(Host, Port ?? (tls ? 8883 : 1883), tls, null);
    }

    /// <summary>The TLS files; null when none is named.</summary>
    internal TlsFiles? TlsFiles() => CaFiles.Length == 0 && CertificateFile is null
        ? null
        : new TlsFiles { CaFiles = CaFiles, CertificateFile = CertificateFile, KeyFile = KeyFile, KeyPassword = KeyPassword, KeyPasswordFile = KeyPasswordFile };
}
