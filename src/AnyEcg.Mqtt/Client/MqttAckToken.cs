namespace AnyEcg.Mqtt;

/// <summary>
/// Names one received message until it is acknowledged. QoS 1: valid for the connection it came on; after a reconnect the broker
/// sends the message again, with a new token. QoS 2: valid as long as the session, since the message does not come again. The
/// default value belongs to QoS 0 and needs no acknowledgement.
/// </summary>
/// <param name="Connection">Number of the connection, from 1; -1 for QoS 2.</param>
/// <param name="Sequence">Number of the QoS 1 message on that connection, or of the QoS 2 message, from 0.</param>
public readonly record struct MqttAckToken(int Connection, long Sequence)
{
    private const int AnyConnection = -1;

    public bool IsRequired => Connection != 0;

    internal bool IsExactlyOnce => Connection == AnyConnection;

    internal static MqttAckToken ExactlyOnce(long sequence) => new(AnyConnection, sequence);
}
