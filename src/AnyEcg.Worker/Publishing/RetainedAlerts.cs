using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>One retained alert as the broker has it.</summary>
/// <param name="Topic">Where.</param>
/// <param name="Document">Null: it cannot be read.</param>
internal sealed record RetainedAlert(string Topic, AlertReading? Document);

/// <summary>
/// Takes down the retained alerts that a broker sends, those whose topics are ours to the letter; bounded. Receive loop, then the one who reads.
/// </summary>
internal sealed class RetainedAlerts : IMqttReceiver
{
    /// <summary>More open alerts than any worker has; what exceeds it stays as it is.</summary>
    public const int Most = 200_000;

    private readonly Dictionary<(StreamKey Stream, Guid Id), RetainedAlert> found = [];
    private readonly Lock gate = new();

    /// <summary>Alerts beyond <see cref="Most"/>.</summary>
    public int Beyond { get; private set; }

    /// <summary>A copy.</summary>
    public Dictionary<(StreamKey Stream, Guid Id), RetainedAlert> Found
    {
        get
        {
            lock (gate)
            {
                return new(found);
            }
        }
    }

    public void OnMessage(in MqttInbound message)
    {
        if (message.Payload.IsEmpty || Parse(message.Topic) is not { } key)
        {
            return;
        }

        RetainedAlert alert = new(message.Topic, AlertReading.TryParse(message.Payload.ToArray()));
        lock (gate)
        {
            if (found.Count < Most || found.ContainsKey(key))
            {
                found[key] = alert;
            }
            else
            {
                Beyond++;
            }
        }
    }

    /// <summary>Null for any topic that this software does not write.</summary>
    private static (StreamKey Stream, Guid Id)? Parse(string topic) =>
        topic.Split('/') is ["anyecg", "v1", { } group, { } stream, "alert", { } id]
            && (group == OutputTopics.WorkerGroup || TopicLevel.CheckGroup(group) == TopicRejection.None)
            && TopicLevel.Check(stream) == TopicRejection.None
            && Guid.TryParseExact(id, "D", out Guid alertId) && alertId.ToString("D") == id
                ? (new StreamKey(group, stream), alertId) : null;
}
