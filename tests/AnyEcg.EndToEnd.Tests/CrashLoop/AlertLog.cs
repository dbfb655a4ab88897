using System.Text;
using System.Text.Json.Nodes;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>One transition: its key, and what it says.</summary>
/// <param name="Id">Of the alert.</param>
/// <param name="Revision">Of the alert.</param>
/// <param name="Body">The document, as it was published.</param>
internal sealed record LoggedTransition(string Id, int Revision, string Body)
{
    private static readonly HashSet<string> ByClock =
        [.. new[] { AlertKind.DeviceOffline, AlertKind.NoData, AlertKind.StuckEngine, AlertKind.EngineDegraded, AlertKind.PatientMark }.Select(kind => kind.WireName())];

    private readonly JsonObject root = JsonNode.Parse(Body)!.AsObject();

    public string Stream => root["stream"]!.GetValue<string>();

    public string Kind => root["kind"]!.GetValue<string>();

    /// <summary>Whether the samples decided it, not the clock or a connection.</summary>
    public bool IsOfData => !ByClock.Contains(Kind);

    /// <summary>The document without what depends on when a frame was received.</summary>
    public string Comparable()
    {
        JsonObject copy = JsonNode.Parse(Body)!.AsObject();
        copy.Remove("lagMs");
        return copy.ToJsonString();
    }

    public static LoggedTransition Of(ReadOnlySpan<byte> payload)
    {
        string body = Encoding.UTF8.GetString(payload);
        JsonObject root = JsonNode.Parse(body)!.AsObject();
        return new LoggedTransition(root["alertId"]!.GetValue<string>(), root["revision"]!.GetValue<int>(), body);
    }

    public override string ToString() => $"{Id}:{Revision} {Comparable()}";
}

/// <summary>A backend that keeps every transition that it was told of, and counts what it was told again. Any thread reads.</summary>
internal sealed class AlertLog : IMqttReceiver
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Id, int Revision), LoggedTransition> seen = [];
    private readonly List<string> contradictions = [];
    private long received;

    public IMqttConnection? Connection { get; set; }

    /// <summary>Messages beyond the first of a key.</summary>
    public long Repeats => Interlocked.Read(ref received) - Count;

    public int Count
    {
        get
        {
            lock (gate)
                return seen.Count;
        }
    }

    /// <summary>Transitions that came again with another body.</summary>
    public IReadOnlyList<string> Contradictions
    {
        get
        {
            lock (gate)
                return [.. contradictions];
        }
    }

    public IReadOnlyDictionary<(string Id, int Revision), LoggedTransition> Transitions
    {
        get
        {
            lock (gate)
                return new Dictionary<(string, int), LoggedTransition>(seen);
        }
    }

    public void OnMessage(in MqttInbound message)
    {
        LoggedTransition transition = LoggedTransition.Of(message.Payload);
        lock (gate)
        {
            if (!seen.TryAdd((transition.Id, transition.Revision), transition) && seen[(transition.Id, transition.Revision)].Body != transition.Body)
                contradictions.Add($"{seen[(transition.Id, transition.Revision)].Body}\n{transition.Body}");
        }

        Interlocked.Increment(ref received);
        if (message.Ack.IsRequired)
            Connection?.Acknowledge(message.Ack);
    }
}
