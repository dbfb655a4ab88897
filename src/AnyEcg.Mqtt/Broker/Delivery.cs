namespace AnyEcg.Mqtt;

/// <summary>One message for one subscriber, with what its subscriptions add to it.</summary>
/// <param name="Message">Shared by all who get it.</param>
/// <param name="Qos">The lower of the publisher's level and the subscription's.</param>
/// <param name="Retain">Retain flag towards this subscriber.</param>
/// <param name="Ids">Identifiers of all its subscriptions that matched.</param>
/// <param name="Group">The shared subscription it came through; null: a subscription of the client's own.</param>
internal readonly record struct Delivery(
    StoredMessage Message, MqttQos Qos, bool Retain, SubscriptionIds Ids = default, SharedGroup? Group = null);
