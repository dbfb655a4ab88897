namespace AnyEcg.Mqtt;

/// <summary>An operation failed: the peer refused it, broke the protocol, or there is no connection.</summary>
public class MqttException(MqttReasonCode reasonCode, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public MqttReasonCode ReasonCode { get; } = reasonCode;
}

/// <summary>The broker, or a limit it announced, refused a message.</summary>
public sealed class MqttPublishException(MqttReasonCode reasonCode, string message) : MqttException(reasonCode, message);

/// <summary>The broker refused at least one of the topic filters of a subscribe.</summary>
public sealed class MqttSubscribeException(MqttReasonCode reasonCode, string message) : MqttException(reasonCode, message);
