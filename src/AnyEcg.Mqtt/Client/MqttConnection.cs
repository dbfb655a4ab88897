namespace AnyEcg.Mqtt;

/// <summary>
/// The MQTT client, for versions 5 and 3.1.1. Disposing without <see cref="StopAsync"/> drops the connection without a DISCONNECT, so that the broker
/// publishes the Will.
/// </summary>
public sealed class MqttConnection : IMqttConnection
{
    private readonly ClientSession session;
    private readonly ConnectionLoop loop;
    private Task? running;
    private bool disposed;

    /// <param name="options">Settings, checked here; not to be changed afterwards.</param>
    /// <param name="receiver">Gets the messages, on the receive loop.</param>
    /// <param name="time">Clock of keep-alive, time-outs and back-off.</param>
    /// <param name="log">Gets one line per connection event, without payloads or credentials.</param>
    public MqttConnection(MqttClientOptions options, IMqttReceiver receiver, TimeProvider time, Action<string>? log = null)
        : this(options, receiver, time, log, BrokerConnector.ConnectAsync)
    {
    }

    internal MqttConnection(
        MqttClientOptions options,
        IMqttReceiver receiver,
        TimeProvider time,
        Action<string>? log,
        Func<MqttClientOptions, CancellationToken, Task<Stream>> connect)
    {
        options.Validate();
        session = new ClientSession(options, receiver, Counters);
        loop = new ConnectionLoop(session, time, connect, change =>
        {
            log?.Invoke($"MQTT {change.State}: {change.Reason}");
            StateChanged?.Invoke(change);
        });
    }

    public event Action<MqttConnectionChange>? StateChanged;

    public MqttConnectionState State => loop.State;

    public bool IsSubscribed => State == MqttConnectionState.Connected && session.Subscriptions.IsCurrent;

    public MqttCounters Counters { get; } = new();

    public Task Completion => running ?? Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (running is not null)
            throw new InvalidOperationException("started already");
        running = Task.Run(loop.RunAsync, CancellationToken.None);
        try
        {
            Task first = await Task.WhenAny(loop.FirstConnected, running).WaitAsync(cancellationToken).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            if (!loop.FirstConnected.IsCompletedSuccessfully)
                throw ConnectionLoop.Stopped();
        }
        catch (OperationCanceledException)
        {
            loop.Abort();
            await running.ConfigureAwait(false);
            throw;
        }
    }

    public Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(subscriptions.Count);
        foreach (MqttSubscription subscription in subscriptions)
            Check(subscription);
        return session.Subscriptions.SubscribeAsync(subscriptions, cancellationToken);
    }

    public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(filters.Count);
        foreach (string filter in filters)
            CheckFilter(filter);
        return session.Subscriptions.UnsubscribeAsync(filters, cancellationToken);
    }

    public ValueTask PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        MessageRules.Check(message);
        return message.Qos == MqttQos.AtMostOnce
            ? PublishOnceAsync(message, cancellationToken)
            : new ValueTask(session.Publishes.PublishAsync(message, cancellationToken));
    }

    public void Acknowledge(MqttAckToken token, MqttReasonCode reasonCode = MqttReasonCode.Success)
    {
        if (!AckPacket.IsReceiversReason(reasonCode))
            throw new ArgumentException($"{reasonCode} is no reason with which a receiver acknowledges", nameof(reasonCode));
        if (token.IsRequired && !(token.IsExactlyOnce ? TryAnswer(token, reasonCode) : loop.Current?.TryAcknowledge(token, reasonCode) == true))
            Counters.Add(MqttCounters.Kind.AcksIgnored);
    }

    public Task StopAsync(bool keepSession, CancellationToken cancellationToken)
    {
        if (!disposed)
            loop.Stop(keepSession);
        return Completion.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        loop.Abort();
        disposed = true;
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        session.Fail(ConnectionLoop.Stopped());
        loop.Dispose();
    }

    private static void Check(MqttSubscription subscription)
    {
        CheckFilter(subscription.Filter);
        if (subscription.NoLocal && MqttTopic.IsShared(subscription.Filter))
            throw new ArgumentException("a shared subscription cannot be 'no local'", nameof(subscription));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subscription.Identifier, VariableInteger.Maximum, nameof(subscription));
        if (subscription.Qos > MqttQos.ExactlyOnce || subscription.RetainHandling > MqttRetainHandling.Never)
            throw new ArgumentException("a level or retain handling that does not exist", nameof(subscription));
    }

    private static void CheckFilter(string filter)
    {
        if (!MqttTopic.IsValidFilter(filter))
            throw new ArgumentException($"'{filter}' is not a topic filter", nameof(filter));
    }

    private bool TryAnswer(MqttAckToken token, MqttReasonCode reasonCode)
    {
        if (!session.Unreleased.TryAnswer(token.Sequence, reasonCode))
            return false;
        loop.Current?.OnExactlyOnceAnswered();
        return true;
    }

    private async ValueTask PublishOnceAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (loop.Current is not { IsConnected: true } link)
                throw new MqttException(MqttReasonCode.ServerUnavailable, "not connected");
            if (link.Limits.Refusal(message) is { } refusal)
                throw refusal;
            switch (link.Sender.Send(message, 0, false, bounded: true))
            {
                case SendResult.Sent:
                    Counters.Add(MqttCounters.Kind.PublishesSent);
                    return;
                case SendResult.TooLarge:
                    throw BrokerLimits.TooLarge();
                case SendResult.Closed:
                    throw new MqttException(MqttReasonCode.ServerUnavailable, "the connection is ending");
                default:
                    await link.Outbound.WaitForSpaceAsync(cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }
}
