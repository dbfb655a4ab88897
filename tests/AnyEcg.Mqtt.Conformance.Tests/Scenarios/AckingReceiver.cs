namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Keeps every message, and acknowledges it at once or, while <see cref="Hold"/> is set, when told to.</summary>
internal sealed class AckingReceiver : IMqttReceiver
{
    private readonly Lock gate = new();
    private readonly List<Received> received = [];
    private readonly Stack<MqttAckToken> held = new();

    /// <summary>To be set before the first message.</summary>
    public IMqttConnection? Connection { get; set; }

    public bool Hold { get; set; }

    /// <summary>Sent with every acknowledgement.</summary>
    public MqttReasonCode Reason { get; set; }

    public IReadOnlyList<Received> Messages
    {
        get
        {
            lock (gate)
                return [.. received];
        }
    }

    public void OnMessage(in MqttInbound message)
    {
        lock (gate)
        {
            received.Add(new Received(
                message.Topic, message.Payload.ToArray(), message.Qos, message.Retain, message.Duplicate, message.Ack));
            if (Hold && message.Ack.IsRequired)
                held.Push(message.Ack);
            else
                Connection!.Acknowledge(message.Ack, Reason);
        }
    }

    /// <summary>Acknowledges what was held back, the newest first; from now on at once.</summary>
    public void ReleaseBackwards()
    {
        lock (gate)
        {
            Hold = false;
            while (held.TryPop(out MqttAckToken token))
                Connection!.Acknowledge(token, Reason);
        }
    }

    public Task HasAsync(Func<Received, bool> which, int count = 1) => Budget.UntilAsync(() => Messages.Count(which) >= count);

    /// <summary>A connected client whose messages come here.</summary>
    public static async Task<(MqttConnection Client, AckingReceiver Receiver)> ConnectAsync(MqttClientOptions options)
    {
        AckingReceiver receiver = new();
        MqttConnection client = Clients.Make(options, receiver);
        receiver.Connection = client;
        await client.StartAsync(Budget.Token);
        return (client, receiver);
    }
}
