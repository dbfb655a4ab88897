using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>Topics on which the worker publishes. Names are checked: <see cref="ArgumentException"/>.</summary>
public static class OutputTopics
{
    /// <summary>Everything that any worker publishes, and the requests to it.</summary>
    public const string Everything = "anyecg/v1/#";

    /// <summary>Stands in the place of the group where a worker speaks of itself; no device can have it.</summary>
    public const string WorkerGroup = "_worker";

    /// <summary>What the topics of answers to commands begin with; the requester chooses the rest.</summary>
    public const string Answers = "anyecg/v1/_answer/";

    /// <summary>Every transition of every alert of one stream.</summary>
    public static string Alert(StreamKey key) => $"{Prefix(key)}/alert";

    /// <summary>Retained: the current state of one alert.</summary>
    public static string AlertState(StreamKey key, Guid alertId) => $"{Prefix(key)}/alert/{alertId:D}";

    /// <summary>Retained: the stream's rhythm, every few seconds.</summary>
    public static string Rhythm(StreamKey key) => $"{Prefix(key)}/rhythm";

    /// <summary>Retained, also the worker's Will.</summary>
    public static string WorkerStatus(string workerId) => $"{OfWorker(workerId)}/status";

    /// <summary>Every transition of the alerts that are about a worker itself.</summary>
    public static string WorkerAlert(string workerId) => $"{OfWorker(workerId)}/alert";

    /// <summary>Retained: the current state of one of them.</summary>
    public static string WorkerAlertState(string workerId, Guid alertId) => $"{OfWorker(workerId)}/alert/{alertId:D}";

    private static string OfWorker(string workerId)
    {
        TopicRejection fault = TopicLevel.Check(workerId);
        return fault == TopicRejection.None
            ? $"anyecg/v1/{WorkerGroup}/{workerId}"
            : throw new ArgumentException($"Not a worker name: {fault.WireName()}.", nameof(workerId));
    }

    private static string Prefix(StreamKey key)
    {
        key = key.Checked();
        return $"anyecg/v1/{key.Group}/{key.Stream}";
    }
}
