namespace AnyEcg.Mqtt;

/// <summary>Which protocol level a client speaks.</summary>
public enum MqttVersionChoice
{
    /// <summary>5; where the broker does not know it, 3.1.1. What worked is kept for the reconnects.</summary>
    Auto = 0,
    V311 = 4,
    V5 = 5,
}
