using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// A worker's alert about itself, from its start to its end. Sample positions count at 300 Hz from its onset. Its id
/// is made of worker, kind and time of onset. One thread at a time.
/// </summary>
/// <param name="worker">The worker's name.</param>
/// <param name="row">Its kind, with the priority that it has here.</param>
/// <param name="onsetNs">Since when.</param>
/// <param name="limit">What is the matter, in words; names no stream, patient or device.</param>
internal sealed class WorkerAlert(string worker, AlertKindRow row, long onsetNs, string limit)
{
    private readonly Guid id = AlertId.Create(new StreamKey(OutputTopics.WorkerGroup, worker), row.Kind, 0, onsetNs);
    private int revision;

    /// <summary>The alert of an earlier process, of which nothing is left but its retained document.</summary>
    public WorkerAlert(AlertReading left)
        : this(left.Stream, AlertKindTable.Of(left.Kind) with { Priority = left.Priority }, left.OnsetNs, left.Limit) => (id, revision) = (left.AlertId, left.Revision);

    public AlertKindRow Row => row;

    /// <summary>Whether a worker raises alerts of this kind about itself.</summary>
    public static bool IsOwn(AlertKind kind) => kind is AlertKind.StuckEngine or AlertKind.EngineDegraded;

    /// <summary>The next transition as the two messages that tell of it: the event, and the retained state.</summary>
    public MqttMessage[] Next(AlertPhase phase, long nowNs)
    {
        AlertTransition alert = Transition(phase, nowNs);
        ArrayBufferWriter<byte> payload = new(1024);
        AlertDocument.Write(alert, new AlertContext { Type = AlertType.Technical }, payload);
        MqttMessage message = new()
        {
            Topic = OutputTopics.WorkerAlert(worker),
            Payload = payload.WrittenMemory,
            Qos = MqttQos.AtLeastOnce,
            ContentType = AlertDocument.ContentType,
            PayloadIsUtf8 = true,
            UserProperties = AlertDocument.Attributes(alert, nowNs),
        };
        return
        [
            message,
            message with { Topic = OutputTopics.WorkerAlertState(worker, id), Retain = true, Payload = alert.ConditionPresent ? message.Payload : default },
        ];
    }

    private AlertTransition Transition(AlertPhase phase, long nowNs)
    {
        bool over = phase == AlertPhase.End;
        long sample = (nowNs - onsetNs) / (1_000_000_000 / PatchSecond.ModelRateHz);
        return new AlertTransition
        {
            AlertId = id,
            Revision = ++revision,
            Group = OutputTopics.WorkerGroup,
            Stream = worker,
            Kind = row.Kind,
            Phase = phase,
            Priority = row.Priority,
            Signal = over ? AlertSignal.Off : AlertSignal.On,
            ConditionPresent = !over,
            Epoch = 0,
            OnsetSample = 0,
            DecidedSample = sample,
            EndSample = over ? sample : null,
            OnsetNs = onsetNs,
            EndNs = over ? nowNs : null,
            DecidedReceivedNs = nowNs,
            Limit = limit,
            Score = 1,
            Value = Math.Round((nowNs - onsetNs) / 1e9, 1),
            QualityDoubtful = false,
            Leads = 0,
        };
    }
}
