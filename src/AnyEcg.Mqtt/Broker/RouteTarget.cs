namespace AnyEcg.Mqtt;

/// <summary>
/// A session that gets a message once for all its filters that matched: at the highest of their levels, with the Retain flag kept
/// if any of them wants that, and with all their identifiers (MQTT 5.0, section 3.3.4, leaves one copy or several to the server).
/// </summary>
internal readonly record struct RouteTarget(BrokerSession Session, MqttQos Qos, bool RetainAsPublished, SubscriptionIds Ids)
{
    public static RouteTarget From(BrokerSession session, MqttSubscription subscription) =>
        new(session, subscription.Qos, subscription.RetainAsPublished, new SubscriptionIds(subscription.Identifier));

    public RouteTarget With(MqttSubscription subscription) => this with
    {
        Qos = subscription.Qos > Qos ? subscription.Qos : Qos,
        RetainAsPublished = RetainAsPublished || subscription.RetainAsPublished,
        Ids = Ids.With(subscription.Identifier),
    };
}
