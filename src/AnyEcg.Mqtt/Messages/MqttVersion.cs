namespace AnyEcg.Mqtt;

/// <summary>Protocol level of one connection, as its CONNECT carries it (MQTT 5.0, section 3.1.2.2; 3.1.1, section 3.1.2.2).</summary>
public enum MqttVersion : byte
{
    /// <summary>3.1.1: no properties, no reasons in acknowledgements, no DISCONNECT from the server.</summary>
    V311 = 4,
    V5 = 5,
}
