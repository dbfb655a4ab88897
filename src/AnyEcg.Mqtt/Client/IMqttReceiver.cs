namespace AnyEcg.Mqtt;

/// <summary>Takes the messages of one connection.</summary>
public interface IMqttReceiver
{
    /// <summary>
    /// Called on the receive loop, one message at a time, in order of receipt. Must neither block nor throw; the spans are
    /// valid only during the call. QoS 1 and 2 messages stay unacknowledged until <see cref="IMqttConnection.Acknowledge"/>.
    /// </summary>
    void OnMessage(in MqttInbound message);
}
