using AnyEcg.Mqtt;

namespace AnyEcg.Simulator.Tests;

/// <summary>
/// A connection that comes and goes and acknowledges as the test says. Like the real client it takes messages also while it is away
/// and never loses one.
/// </summary>
internal sealed class FakeBroker : IMqttConnection
{
    private readonly Lock gate = new();
    private readonly List<(MqttMessage Message, TaskCompletionSource Done)> open = [];

    public event Action<MqttConnectionChange>? StateChanged;

    public MqttConnectionState State { get; private set; } = MqttConnectionState.Stopped;

    public bool IsSubscribed => State == MqttConnectionState.Connected;

    public MqttCounters Counters { get; } = new();

    public Task Completion => Task.CompletedTask;

    /// <summary>Answers every message at once while connected.</summary>
    public bool AnswersAtOnce { get; set; } = true;

    /// <summary>Whether it keeps the messages, or only counts them.</summary>
    public bool Keeps { get; set; } = true;

    public int Count { get; private set; }

    /// <summary>All messages ever published, in order.</summary>
    public List<MqttMessage> Published { get; } = [];

    public IReadOnlyList<MqttMessage> Frames
    {
        get
        {
            lock (gate)
                return [.. Published.Where(m => m.Topic.EndsWith("/frame", StringComparison.Ordinal))];
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Turn(MqttConnectionState.Connected);
        return Task.CompletedTask;
    }

    public void Turn(MqttConnectionState state)
    {
        State = state;
        if (state == MqttConnectionState.Connected && AnswersAtOnce)
            AnswerAll();
        StateChanged?.Invoke(new MqttConnectionChange(state, false, MqttReasonCode.Success, ""));
    }

    public void AnswerAll(Exception? with = null)
    {
        List<(MqttMessage Message, TaskCompletionSource Done)> answered;
        lock (gate)
        {
            answered = [.. open];
            open.Clear();
        }

        foreach ((_, TaskCompletionSource done) in answered)
        {
            if (with is null)
                done.SetResult();
            else
                done.SetException(with);
        }
    }

    public ValueTask PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        TaskCompletionSource done = new();
        lock (gate)
        {
            Count++;
            if (Keeps)
                Published.Add(message);
            if (AnswersAtOnce && State == MqttConnectionState.Connected)
                return ValueTask.CompletedTask;
            open.Add((message, done));
        }

        return new ValueTask(done.Task);
    }

    public Task StopAsync(bool keepSession, CancellationToken cancellationToken)
    {
        AnswerAll(new MqttException(MqttReasonCode.ServerUnavailable, "stopped"));
        return Task.CompletedTask;
    }

    public Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Acknowledge(MqttAckToken token, MqttReasonCode reasonCode = MqttReasonCode.Success) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
