namespace AnyEcg.Mqtt;

/// <summary>The peer sent something that ends the connection with this reason.</summary>
internal sealed class MqttProtocolException(MqttReasonCode reasonCode, string message) : MqttException(reasonCode, message)
{
    public static MqttProtocolException Malformed(string message) => new(MqttReasonCode.MalformedPacket, message);

    public static MqttProtocolException Protocol(string message) => new(MqttReasonCode.ProtocolError, message);
}
