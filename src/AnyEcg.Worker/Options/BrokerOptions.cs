namespace AnyEcg.Worker;

/// <summary>Section <c>Broker</c>: the MQTT 5 broker. Secrets come from the environment or a file, never from appsettings.json.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary>Host name or address.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>1-65535; 1883 plain, 8883 TLS by convention.</summary>
    public int Port { get; set; } = 1883;

    public bool UseTls { get; set; }

    public string? UserName { get; set; }

    /// <summary>The password itself; set it by the environment variable <c>Broker__Password</c>.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password; wins over <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Fixed, because the broker keeps the session, and with it the backlog, under this name. Empty: <c>anyecg-{Worker:Id}</c>.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Longest absence of the worker that the broker bridges, seconds, 0 to a week. At least the outage budget.</summary>
    public int SessionExpirySeconds { get; set; } = 86_400;

    /// <summary>5-600 s.</summary>
    public int KeepAliveSeconds { get; set; } = 30;

    /// <summary>
    /// Unacknowledged QoS 1 messages that the broker may have under way to us, 16-65535: the valve that holds a flood back in
    /// the broker. The frame queue is never smaller, so a QoS 1 frame always finds room.
    /// </summary>
    public int ReceiveMaximum { get; set; } = 4096;

    /// <summary>Largest packet taken, bytes, 1 KiB to 16 MiB. A larger one that is only announced already ends the connection.</summary>
    public int MaxPacketBytes { get; set; } = 1 << 20;
}
