namespace AnyEcg.Mqtt;

/// <summary>Answers SUBSCRIBE: decides on each filter, sends the SUBACK, then the retained messages asked for. Broker lock only.</summary>
internal sealed class SubscriptionDesk(BrokerContext context, MessageRouter router)
{
    /// <summary>Bounds the depth of the tree, which is walked recursively.</summary>
    private const int MaxLevels = 64;

    public void Subscribe(BrokerLink link, BrokerSession session, SubscribePacket packet)
    {
        MqttReasonCode[] codes = new MqttReasonCode[packet.Subscriptions.Count];
        List<MqttSubscription> owed = [];
        for (int i = 0; i < codes.Length; i++)
        {
            MqttSubscription wanted = packet.Subscriptions[i];
            bool known = session.Subscriptions.ContainsKey(wanted.Filter);
            codes[i] = Decide(link, session, wanted, known);
            if (codes[i] >= MqttReasonCode.UnspecifiedError)
            {
                context.Counters.Add(BrokerCounters.Kind.SubscriptionsRefused);
                continue;
            }

            MqttSubscription granted = wanted with { Qos = (MqttQos)codes[i] };
            router.Subscribe(session, granted);
            if (AsksForRetained(granted, known))
                owed.Add(granted);
        }

        link.Send(new SubackPacket(PacketType.Suback, packet.PacketId, codes));
        foreach (MqttSubscription subscription in owed)
            router.SendRetained(session, subscription);
    }

    public void Unsubscribe(BrokerLink link, BrokerSession session, UnsubscribePacket packet)
    {
        MqttReasonCode[] codes = [.. packet.Filters.Select(filter => router.Unsubscribe(session, filter))];
        link.Send(new SubackPacket(PacketType.Unsuback, packet.PacketId, codes));
    }

    private static bool AsksForRetained(MqttSubscription granted, bool known) => !MqttTopic.IsShared(granted.Filter)
        && (granted.RetainHandling == MqttRetainHandling.Always || (granted.RetainHandling == MqttRetainHandling.OnlyIfNew && !known));

    /// <summary>The level granted, or the reason why not.</summary>
    private MqttReasonCode Decide(BrokerLink link, BrokerSession session, MqttSubscription wanted, bool known)
    {
        if (!MqttTopic.IsValidFilter(wanted.Filter) || wanted.Filter.AsSpan().Count('/') >= MaxLevels)
            return MqttReasonCode.TopicFilterInvalid;
        string inner = MqttTopic.TrySplitShared(wanted.Filter, out _, out ReadOnlySpan<char> shared) ? shared.ToString() : wanted.Filter;
        if (!AccessRules.MaySubscribe(link.User, inner))
            return MqttReasonCode.NotAuthorized;
        if (!known && session.Subscriptions.Count >= context.Options.MaxSubscriptionsPerClient)
            return MqttReasonCode.QuotaExceeded;
        MqttQos highest = context.Options.MaxQos;
        return (MqttReasonCode)(wanted.Qos < highest ? wanted.Qos : highest);
    }
}
