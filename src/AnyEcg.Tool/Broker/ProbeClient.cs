using System.Buffers.Text;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>A received message of a probe.</summary>
/// <param name="Number">The number that the payload begins with; -1 for another payload.</param>
/// <param name="Topic">Where it came from.</param>
/// <param name="Bytes">Length of the payload.</param>
/// <param name="Retain">The broker had kept it.</param>
/// <param name="Duplicate">The broker had sent it before.</param>
/// <param name="At">Timestamp of its receipt.</param>
internal sealed record ProbeMessage(int Number, string Topic, int Bytes, bool Retain, bool Duplicate, long At)
{
    public required string Text { get; init; }

    public required MqttAckToken Ack { get; init; }
}

/// <summary>A throw-away client: connects once and never again, keeps what it receives, acknowledges or holds it back. Any thread.</summary>
internal sealed class ProbeClient : IMqttReceiver, IAsyncDisposable
{
    /// <summary>More is not kept.</summary>
    private const int MaxMessages = 2_000_000, MaxText = 200;

    private static readonly TimeSpan Never = TimeSpan.FromHours(1), Poll = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly List<ProbeMessage> received = [];
    private readonly TimeProvider time;
    private readonly MqttConnection connection;
    private readonly TaskCompletionSource<MqttConnectionChange> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource refused = new();
    private int acknowledged;
    private bool holds;

    public ProbeClient(MqttClientOptions options, TimeProvider time)
    {
        this.time = time;
        options.ReconnectMin = options.ReconnectMax = options.TakenOverDelay = Never;
        connection = new MqttConnection(options, this, time);
        connection.StateChanged += OnStateChanged;
    }

    /// <summary>How the connection began.</summary>
    public MqttConnectionChange Connected { get; private set; }

    /// <summary>How the connection ended; completes when it does.</summary>
    public Task<MqttConnectionChange> Ended => ended.Task;

    public MqttCounters Counters => connection.Counters;

    /// <summary>Leave what comes unacknowledged; turned off, what waits is acknowledged.</summary>
    public bool Holds
    {
        get
        {
            lock (gate)
            {
                return holds;
            }
        }

        set
        {
            lock (gate)
            {
                holds = value;
                AcknowledgeDue();
            }
        }
    }

    /// <summary>Acknowledges what is there, once, and goes on holding back what comes. Returns how many there were.</summary>
    public int AcknowledgeHeld()
    {
        lock (gate)
        {
            int there = received.Count;
            AcknowledgeUpTo(there);
            return there;
        }
    }

    public IReadOnlyList<ProbeMessage> Received
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    /// <exception cref="MqttException">The broker refused, or is not there.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, refused.Token);
        try
        {
            await connection.StartAsync(either.Token);
        }
        catch (OperationCanceledException) when (refused.IsCancellationRequested)
        {
            MqttConnectionChange why = await ended.Task;
            throw new MqttException(why.ReasonCode, why.Reason);
        }
    }

    public Task SubscribeAsync(MqttSubscription subscription, CancellationToken cancel) => connection.SubscribeAsync([subscription], cancel);

    public Task SubscribeAsync(string filter, CancellationToken cancel) => SubscribeAsync(new MqttSubscription(filter), cancel);

    public ValueTask PublishAsync(MqttMessage message, CancellationToken cancel) => connection.PublishAsync(message, cancel);

    /// <summary>Waits until so many messages are there, or none has come for so long.</summary>
    public async Task<IReadOnlyList<ProbeMessage>> GatherAsync(int count, TimeSpan silence, CancellationToken cancel)
    {
        int before = -1;
        long since = time.GetTimestamp();
        while (true)
        {
            int now;
            lock (gate)
            {
                now = received.Count;
            }

            if (now != before)
            {
                (before, since) = (now, time.GetTimestamp());
            }

            if (now >= count || time.GetElapsedTime(since) > silence || ended.Task.IsCompleted)
            {
                return Received;
            }

            await Task.Delay(Poll, time, cancel);
        }
    }

    /// <summary>Disconnects in order.</summary>
    public Task LeaveAsync(bool keepSession, CancellationToken cancel) => connection.StopAsync(keepSession, cancel);

    /// <summary>Drops the connection without a DISCONNECT if it still stands.</summary>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        refused.Dispose();
    }

    public void OnMessage(in MqttInbound message)
    {
        string text = System.Text.Encoding.UTF8.GetString(message.Payload[..Math.Min(MaxText, message.Payload.Length)]);
        int number = Utf8Parser.TryParse(message.Payload, out int value, out _) ? value : -1;
        ProbeMessage taken = new(number, message.Topic, message.Payload.Length, message.Retain, message.Duplicate, time.GetTimestamp())
        {
            Text = text,
            Ack = message.Ack,
        };
        lock (gate)
        {
            if (received.Count < MaxMessages)
            {
                received.Add(taken);
            }

            AcknowledgeDue();
        }
    }

    private void AcknowledgeDue() => AcknowledgeUpTo(holds ? 0 : received.Count);

    private void AcknowledgeUpTo(int count)
    {
        while (acknowledged < count)
        {
            MqttAckToken token = received[acknowledged++].Ack;
            if (token.IsRequired)
            {
                connection.Acknowledge(token);
            }
        }
    }

    private void OnStateChanged(MqttConnectionChange change)
    {
        if (change.State == MqttConnectionState.Connected)
        {
            Connected = change;
            return;
        }

        // Under 3.1.1 a session that begins clean and is to be kept takes two connections: the end of the first is no end.
        bool connected = Connected.Version is not null;
        if (!connected && change is { State: MqttConnectionState.Connecting, ReasonCode: MqttReasonCode.Success })
        {
            return;
        }

        if (ended.TrySetResult(change) && !connected)
        {
            refused.Cancel();
        }
    }
}
