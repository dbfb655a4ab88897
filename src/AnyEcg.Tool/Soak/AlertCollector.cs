using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>A backend that notes every alert transition it is told of, and how often. Any thread reads.</summary>
internal sealed class AlertCollector : IMqttReceiver
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Id, int Revision), AlertFact> seen = [];
    private long received;

    public IMqttConnection? Connection { get; set; }

    /// <summary>Messages, repeats included.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Transitions that came again with another body: must stay 0.</summary>
    public long Contradictions { get; private set; }

    public int Distinct
    {
        get
        {
            lock (gate)
            {
                return seen.Count;
            }
        }
    }

    public IReadOnlyList<AlertFact> Facts()
    {
        lock (gate)
        {
            return [.. seen.Values];
        }
    }

    public void OnMessage(in MqttInbound message)
    {
        AlertFact fact = AlertFact.Of(message.Payload.ToArray());
        lock (gate)
        {
            if (!seen.TryAdd((fact.Id, fact.Revision), fact) && seen[(fact.Id, fact.Revision)] != fact)
            {
                Contradictions++;
            }
        }

        Interlocked.Increment(ref received);
        if (message.Ack.IsRequired)
        {
            Connection?.Acknowledge(message.Ack);
        }
    }
}
