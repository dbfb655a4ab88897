namespace AnyEcg.Mqtt;

/// <summary>Where the connection loop stands.</summary>
public enum MqttConnectionState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped = 0,

    /// <summary>Connecting, or waiting for the next attempt.</summary>
    Connecting = 1,
    Connected = 2,

    /// <summary>
    /// Waiting long before the next attempt, because another client uses the same client id, or seems to: the broker said so
    /// (0x8E), or it keeps closing young connections without a word, as it does in MQTT 3.1.1.
    /// </summary>
    Contested = 3,
}

/// <summary>One change of the connection.</summary>
/// <param name="State">The state entered; <see cref="MqttConnectionState.Connecting"/> after a loss or a failed attempt.</param>
/// <param name="SessionPresent">When connected: the broker had kept the session, subscriptions included.</param>
/// <param name="ReasonCode">Why the connection was lost or refused; Success otherwise.</param>
/// <param name="Reason">The same in words, for logs; never credentials.</param>
public readonly record struct MqttConnectionChange(
    MqttConnectionState State, bool SessionPresent, MqttReasonCode ReasonCode, string Reason)
{
    /// <summary>When connected: the level spoken. Null otherwise.</summary>
    public MqttVersion? Version { get; init; }

    /// <summary>When connected: how long the broker keeps the session after a loss; null: not known (3.1.1), or not connected.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>When connected with MQTT 5: the limits that the broker announced. Null otherwise.</summary>
    public MqttAnnouncement? Announced { get; init; }

    /// <summary>When connected: basis for response topics, where asked for and offered.</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>When lost or refused: another server that the broker names (0x9C, 0x9D).</summary>
    public string? ServerReference { get; init; }
}
