namespace AnyEcg.Mqtt;

/// <summary>
/// Names one received QoS 1 message until it is acknowledged. Valid for the connection it came on: after a reconnect the
/// broker sends the message again, with a new token. The default value belongs to QoS 0 and needs no acknowledgement.
/// </summary>
/// <param name="Connection">Number of the connection, from 1.</param>
/// <param name="Sequence">Number of the QoS 1 message on that connection, from 0.</param>
public readonly record struct MqttAckToken(int Connection, long Sequence)
{
    public bool IsRequired => Connection != 0;
}
