namespace AnyEcg.Mqtt;

/// <summary>Delivery guarantee. Level 2 is not offered: receivers here are idempotent, which makes it needless.</summary>
public enum MqttQos : byte
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
}
