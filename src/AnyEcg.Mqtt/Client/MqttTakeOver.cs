namespace AnyEcg.Mqtt;

/// <summary>What a client does when another one has connected with its client id (0x8E).</summary>
public enum MqttTakeOver
{
    /// <summary>Comes back after a long wait that doubles each time, so that two clients do not throw each other out for ever.</summary>
    BackOff = 0,

    /// <summary>Ends: <see cref="IMqttConnection.Completion"/> fails with that reason.</summary>
    Stop = 1,
}
