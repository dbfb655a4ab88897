namespace AnyEcg.Mqtt;

/// <summary>A SUBSCRIBE or UNSUBSCRIBE between its call and the broker's answer. Guarded by the book it waits in.</summary>
internal sealed class SubscriptionRequest
{
    /// <summary>Null for an UNSUBSCRIBE.</summary>
    public IReadOnlyList<MqttSubscription>? Subscriptions { get; init; }

    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Made by the client itself, because the broker lost the session.</summary>
    public bool IsRenewal { get; init; }

    /// <summary>0 while it is not on its way on the present connection.</summary>
    public ushort PacketId { get; set; }

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A SUBSCRIBE; all with the same identifier.</summary>
    public static SubscriptionRequest For(IReadOnlyList<MqttSubscription> subscriptions, bool isRenewal = false) =>
        new() { Subscriptions = subscriptions, Filters = [.. subscriptions.Select(s => s.Filter)], IsRenewal = isRenewal };

    public SendResult Send(OutboundQueue outbound) => Subscriptions is null
        ? outbound.Send(new UnsubscribePacket(PacketId, Filters))
        : outbound.Send(new SubscribePacket(PacketId, Subscriptions, Subscriptions[0].Identifier));
}
