using System.Buffers.Binary;
using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// Request and response over MQTT 5 (its section 4.10): stands between a connection and its receiver, sends requests with a
/// response topic and correlation data, and takes the answers out of the stream of messages. Thread-safe.
/// </summary>
public sealed class MqttRequests : IMqttReceiver
{
    private const int CorrelationSize = 16;

    private readonly IMqttReceiver inner;
    private readonly MqttRequestOptions options;
    private readonly TimeProvider time;
    private readonly long run;
    private readonly Lock gate = new();
    private readonly Dictionary<long, TaskCompletionSource<MqttAnswer>> outstanding = [];
    private IMqttConnection? connection;
    private MqttConnectionChange connected;
    private volatile string? topic;
    private Task subscribing = Task.CompletedTask;
    private long requests;
    private long answered;
    private long timedOut;
    private long unknown;

    /// <param name="inner">Gets all messages that are no answers.</param>
    /// <param name="options">Settings, checked here.</param>
    /// <param name="time">Clock of the time-outs; its present instant sets this run's requests apart from an earlier one's.</param>
    public MqttRequests(IMqttReceiver inner, MqttRequestOptions options, TimeProvider time)
    {
        if (!MqttTopic.IsValidName(options.ResponseTopic))
            throw new ArgumentException($"'{options.ResponseTopic}' is not a topic name", nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxOutstanding);
        this.inner = inner;
        this.options = options;
        this.time = time;
        run = time.GetUtcNow().UtcTicks;
    }

    public long Answered => Volatile.Read(ref answered);

    public long TimedOut => Volatile.Read(ref timedOut);

    /// <summary>Answers that came too late, or to nothing that was asked.</summary>
    public long Unknown => Volatile.Read(ref unknown);

    /// <summary>Names the connection that this receiver was given to; once, before it is started.</summary>
    public void Attach(IMqttConnection attached)
    {
        if (connection is not null)
            throw new InvalidOperationException("attached already");
        connection = attached;
        attached.StateChanged += change =>
        {
            lock (gate)
                connected = change.State == MqttConnectionState.Connected ? change : connected;
        };
    }

    /// <summary>See <see cref="RequestAsync(MqttMessage, TimeSpan, CancellationToken)"/>; at QoS 1.</summary>
    public Task<MqttAnswer> RequestAsync(
        string requestTopic, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken cancellationToken) =>
        RequestAsync(new MqttMessage { Topic = requestTopic, Payload = payload, Qos = MqttQos.AtLeastOnce }, timeout, cancellationToken);

    /// <summary>
    /// Publishes a request and waits for the first answer to it. Response topic, correlation data and (if none is given) expiry
    /// of the message are set here. Throws <see cref="TimeoutException"/>; <see cref="MqttException"/> before the first
    /// connection, under 3.1.1, with too many requests open, and when the broker refuses the request or the response topic.
    /// </summary>
    public async Task<MqttAnswer> RequestAsync(MqttMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        (long number, Task<MqttAnswer> answer) = Open();
        using CancellationTokenSource budget = new(timeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            string responseTopic = await ListenAsync().WaitAsync(both.Token).ConfigureAwait(false);
            MqttMessage message = request with
            {
                ResponseTopic = responseTopic,
                CorrelationData = Correlation(number),
                MessageExpiry = request.MessageExpiry ?? (timeout > TimeSpan.Zero ? timeout : null),
            };
            await connection!.PublishAsync(message, both.Token).ConfigureAwait(false);
            return await answer.WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && budget.IsCancellationRequested)
        {
            Interlocked.Increment(ref timedOut);
            throw new TimeoutException($"no answer to the request on '{request.Topic}' within {timeout}");
        }
        finally
        {
            lock (gate)
                outstanding.Remove(number);
        }
    }

    public void OnMessage(in MqttInbound message)
    {
        if (message.Topic != topic)
        {
            inner.OnMessage(message);
            return;
        }

        connection!.Acknowledge(message.Ack);
        TaskCompletionSource<MqttAnswer>? waiting = null;
        if (TryNumber(message.CorrelationData, out long number))
        {
            lock (gate)
                outstanding.Remove(number, out waiting);
        }

        bool taken = waiting?.TrySetResult(Copy(message)) == true;
        Interlocked.Increment(ref taken ? ref answered : ref unknown);
    }

    private static MqttAnswer Copy(in MqttInbound message)
    {
        List<KeyValuePair<string, string>> properties = [];
        foreach (MqttUserProperty property in message.UserProperties)
            properties.Add(new(Encoding.UTF8.GetString(property.Name), Encoding.UTF8.GetString(property.Value)));
        return new MqttAnswer(message.Payload.ToArray(), message.ContentType, properties);
    }

    private (long Number, Task<MqttAnswer> Answer) Open()
    {
        lock (gate)
        {
            if (connection is null || connected.Version is null)
                throw new MqttException(MqttReasonCode.ServerUnavailable, "not connected yet");
            if (connected.Version == MqttVersion.V311)
                throw new MqttException(MqttReasonCode.UnsupportedProtocolVersion, "request and response need MQTT 5");
            if (outstanding.Count >= options.MaxOutstanding)
                throw new MqttException(MqttReasonCode.QuotaExceeded, $"{options.MaxOutstanding} requests are open already");
            TaskCompletionSource<MqttAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            outstanding.Add(++requests, answer);
            return (requests, answer.Task);
        }
    }

    /// <summary>Subscribes to the response topic, the first time and whenever the broker gives another basis for it.</summary>
    private async Task<string> ListenAsync()
    {
        string wanted;
        Task subscribed;
        lock (gate)
        {
            string? basis = connected.ResponseInformation;
            wanted = basis is null ? options.ResponseTopic : $"{basis.TrimEnd('/')}/{options.ResponseTopic}";
            if (wanted != topic || subscribing.IsFaulted)
            {
                topic = wanted;
                MqttSubscription answers = new(wanted, MqttQos.AtLeastOnce, MqttRetainHandling.Never);
                subscribing = connection!.SubscribeAsync([answers], CancellationToken.None);
            }

            subscribed = subscribing;
        }

        await subscribed.ConfigureAwait(false);
        return wanted;
    }

    private byte[] Correlation(long number)
    {
        byte[] data = new byte[CorrelationSize];
        BinaryPrimitives.WriteInt64BigEndian(data, run);
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(sizeof(long)), number);
        return data;
    }

    private bool TryNumber(ReadOnlySpan<byte> data, out long number)
    {
        bool valid = data.Length == CorrelationSize && BinaryPrimitives.ReadInt64BigEndian(data) == run;
        number = valid ? BinaryPrimitives.ReadInt64BigEndian(data[sizeof(long)..]) : 0;
        return valid;
    }
}
