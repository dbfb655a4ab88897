using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// The worker's alert about its own engine, from its start to its end. Sample positions count at 300 Hz from the last turn. Its id
/// is made of worker, kind and time of onset. One thread at a time.
/// </summary>
internal sealed class StuckEngineAlert(string worker, AlertPriority priority, long onsetNs)
{
    private readonly Guid id = AlertId.Create(new StreamKey(OutputTopics.WorkerGroup, worker), AlertKind.StuckEngine, 0, onsetNs);
    private int revision;

    /// <summary>The alert of an earlier process, of which nothing is left but its retained document.</summary>
    public StuckEngineAlert(AlertReading left)
        : this(left.Stream, left.Priority, left.OnsetNs) => (id, revision) = (left.AlertId, left.Revision);

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
            Kind = AlertKind.StuckEngine,
            Phase = phase,
            Priority = priority,
            Signal = over ? AlertSignal.Off : AlertSignal.On,
            ConditionPresent = !over,
            Epoch = 0,
            OnsetSample = 0,
            DecidedSample = sample,
            EndSample = over ? sample : null,
            OnsetNs = onsetNs,
            EndNs = over ? nowNs : null,
            DecidedReceivedNs = nowNs,
            Limit = $"engine made no turn for {EngineWatchdog.Limit.TotalSeconds:0} s",
            Score = 1,
            Value = Math.Round((nowNs - onsetNs) / 1e9, 1),
            QualityDoubtful = false,
            Leads = 0,
        };
    }
}
