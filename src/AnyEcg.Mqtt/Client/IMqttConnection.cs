namespace AnyEcg.Mqtt;

/// <summary>One client connection that keeps itself up. All members may be called from any thread.</summary>
public interface IMqttConnection : IAsyncDisposable
{
    MqttConnectionState State { get; }

    /// <summary>Connected, and the broker holds every filter that is remembered: those of a session it has lost are confirmed anew.</summary>
    bool IsSubscribed { get; }

    /// <summary>
    /// Raised on the connection loop, before the first message of a new connection is delivered. Handlers must neither block
    /// nor throw.
    /// </summary>
    event Action<MqttConnectionChange>? StateChanged;

    MqttCounters Counters { get; }

    /// <summary>
    /// Ends with the connection loop: after a stop, or with the exception that a receiver or a handler threw, or that tells of a
    /// takeover after which the client is to stop (<see cref="MqttTakeOver.Stop"/>).
    /// </summary>
    Task Completion { get; }

    /// <summary>
    /// Starts the connection loop: connect, resubscribe, on loss back off with jitter and connect again. Returns at the first
    /// connection; when cancelled before that, the loop is stopped. May be called once.
    /// </summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Subscribes and remembers the filters; they are sent again whenever the broker lost the session. Waits for a
    /// connection. Throws <see cref="MqttSubscribeException"/> when the broker refuses a filter.
    /// </summary>
    Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken);

    /// <summary>Ends the subscriptions of these filters and forgets them. Waits for a connection.</summary>
    Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken);

    /// <summary>
    /// Publishes. QoS 0: completes when handed to the socket's buffer; throws <see cref="MqttException"/> without a
    /// connection. QoS 1 and 2: completes at the PUBACK or PUBCOMP, across reconnects (taken up where it stood when the session
    /// survived; else sent anew, so that it may arrive twice even at QoS 2); throws <see cref="MqttPublishException"/> when
    /// refused, and <see cref="ArgumentException"/> when the message cannot be encoded. Cancelling stops the waiting, not a message
    /// already sent once: that one stays in flight, and its memory in use, until it is acknowledged or the client stops.
    /// Messages leave in the order of the calls, within the broker's Receive Maximum.
    /// </summary>
    ValueTask PublishAsync(MqttMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// Acknowledges a received message. PUBACKs and PUBRECs leave in order of receipt, whatever the order of the calls. A QoS 1
    /// token of an earlier connection, or one already used, is ignored and counted. A reason of 0x80 or above rejects the message (0x80,
    /// 0x83, 0x87, 0x90, 0x91, 0x97 or 0x99; others are an <see cref="ArgumentException"/>);
    /// MQTT 3.1.1 has no word for that: there it is acknowledged and counted.
    /// </summary>
    void Acknowledge(MqttAckToken token, MqttReasonCode reasonCode = MqttReasonCode.Success);

    /// <summary>
    /// Sends DISCONNECT (so that the broker drops the Will) and ends the loop; publishes still waiting fail. The session stays
    /// at the broker for its expiry, or ends at once (under MQTT 3.1.1 by one more connection, since a DISCONNECT cannot say it).
    /// </summary>
    Task StopAsync(bool keepSession, CancellationToken cancellationToken);
}
