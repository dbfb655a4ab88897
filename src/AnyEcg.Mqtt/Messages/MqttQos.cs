namespace AnyEcg.Mqtt;

/// <summary>Delivery guarantee between one sender and one receiver.</summary>
public enum MqttQos : byte
{
    AtMostOnce = 0,
    AtLeastOnce = 1,

    /// <summary>Four packets a message; worth it only where the receiver cannot tell a repeat from a new message.</summary>
    ExactlyOnce = 2,
}
