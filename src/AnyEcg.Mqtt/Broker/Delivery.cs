namespace AnyEcg.Mqtt;

/// <summary>One message for one subscriber, with the flags that its subscription gives it.</summary>
internal readonly record struct Delivery(StoredMessage Message, MqttQos Qos, bool Retain);
