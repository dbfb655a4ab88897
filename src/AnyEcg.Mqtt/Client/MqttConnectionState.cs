namespace AnyEcg.Mqtt;

/// <summary>Where the connection loop stands.</summary>
public enum MqttConnectionState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped = 0,

    /// <summary>Connecting, or waiting for the next attempt.</summary>
    Connecting = 1,
    Connected = 2,
}

/// <summary>One change of the connection.</summary>
/// <param name="State">The state entered; <see cref="MqttConnectionState.Connecting"/> after a loss or a failed attempt.</param>
/// <param name="SessionPresent">When connected: the broker had kept the session, subscriptions included.</param>
/// <param name="ReasonCode">Why the connection was lost or refused; Success otherwise.</param>
/// <param name="Reason">The same in words, for logs.</param>
public readonly record struct MqttConnectionChange(
    MqttConnectionState State, bool SessionPresent, MqttReasonCode ReasonCode, string Reason);
