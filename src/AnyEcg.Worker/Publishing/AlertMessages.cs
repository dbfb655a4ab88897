using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>The two messages of a transition: the transition itself, and the alert's current state retained beside it, cleared once the alert is over.</summary>
internal readonly record struct AlertMessages(MqttMessage Transition, MqttMessage State)
{
    public static AlertMessages Of(
        StreamKey key, Guid alertId, ReadOnlyMemory<byte> body, bool over, IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        MqttMessage transition = Json(OutputTopics.Alert(key), body, retain: false) with { UserProperties = attributes };
        MqttMessage state = transition with
        {
            Topic = OutputTopics.AlertState(key, alertId),
            Retain = true,
            Payload = over ? default : body,
        };
        return new AlertMessages(transition, state);
    }

    public static MqttMessage Json(string topic, ReadOnlyMemory<byte> payload, bool retain) => new()
    {
        Topic = topic,
        Payload = payload,
        Qos = MqttQos.AtLeastOnce,
        Retain = retain,
        ContentType = AlertDocument.ContentType,
        PayloadIsUtf8 = true,
    };
}
