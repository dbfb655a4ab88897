namespace AnyEcg.Mqtt;

/// <summary>The return codes of a CONNACK of version 3.1.1 (its section 3.2.2.3), 0 to 5, and the reason codes they stand for.</summary>
internal static class ConnectReturnCode
{
    /// <summary>Throws on a reserved code.</summary>
    public static MqttReasonCode ToReason(byte code) => code switch
    {
        0 => MqttReasonCode.Success,
        1 => MqttReasonCode.UnsupportedProtocolVersion,
        2 => MqttReasonCode.ClientIdentifierNotValid,
        3 => MqttReasonCode.ServerUnavailable,
        4 => MqttReasonCode.BadUserNameOrPassword,
        5 => MqttReasonCode.NotAuthorized,
        _ => throw MqttProtocolException.Malformed($"reserved CONNACK return code {code}"),
    };

    /// <summary>The nearest code; what has none of its own is "server unavailable".</summary>
    public static byte From(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Success => 0,
        MqttReasonCode.UnsupportedProtocolVersion => 1,
        MqttReasonCode.ClientIdentifierNotValid => 2,
        MqttReasonCode.BadUserNameOrPassword => 4,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned or MqttReasonCode.BadAuthenticationMethod => 5,
        _ => 3,
    };
}
