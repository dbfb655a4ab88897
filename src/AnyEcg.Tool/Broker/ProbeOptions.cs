using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>Settings of a probe.</summary>
internal sealed record ProbeOptions
{
    public required MqttBrokerUrl Url { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>Authority and client certificate; null: the system's authorities, no client certificate.</summary>
    public TlsCertificates? Certificates { get; init; }

    /// <summary>Messages queued for an absent client to find the limit of its queue.</summary>
    public int Messages { get; init; } = 20_000;

    /// <summary>How long one probe may take before it counts as not measured.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence after which nothing more is expected.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(2);
}
