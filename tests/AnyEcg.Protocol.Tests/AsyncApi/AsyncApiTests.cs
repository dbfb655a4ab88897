using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using AnyEcg.Alerts;
using AnyEcg.Signal;
using Xunit.Abstractions;

namespace AnyEcg.Protocol.Tests;

/// <summary>Holds docs/asyncapi.yaml to its standard and to the code, from both sides.</summary>
public sealed class AsyncApiTests(ITestOutputHelper output)
{
    private static readonly StreamKey Key = new("ward 7", "p1");

    [Fact]
    public void Document_Linted_HasNoErrorsAndNoWarnings()
    {
        if (Skip())
            return;
        Assert.Empty(AsyncApiScript.Lint()["diagnostics"]!.AsArray());
    }

    [Fact]
    public void Channels_OfTheDocument_AreTheTopicsOfTheCode()
    {
        if (Skip())
            return;
        Guid alert = Alerts.Asystole.AlertId;
        string[] topics =
        [
            DeviceTopics.Meta(Key), DeviceTopics.Frame(Key), DeviceTopics.Status(Key), DeviceTopics.Mark(Key), DeviceTopics.Command(Key),
            OutputTopics.Alert(Key), OutputTopics.AlertState(Key, alert), OutputTopics.Rhythm(Key), OutputTopics.WorkerStatus("w1"),
            OutputTopics.WorkerAlert("w1"), OutputTopics.WorkerAlertState("w1", alert),
        ];
        IEnumerable<string> addresses = AsyncApiScript.Lint()["channels"]!.AsArray().Where(c => c!["address"] is not null).Select(c => c!["address"]!.GetValue<string>()
            .Replace("{group}", Key.Group, StringComparison.Ordinal).Replace("{stream}", Key.Stream, StringComparison.Ordinal)
            .Replace("{alertId}", alert.ToString("D"), StringComparison.Ordinal).Replace("{workerId}", "w1", StringComparison.Ordinal));
        Assert.Equal(topics.Order(StringComparer.Ordinal), addresses.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Examples_OfEveryMessage_AreReadByTheCode()
    {
        if (Skip())
            return;
        JsonArray examples = AsyncApiScript.Lint()["examples"]!.AsArray();
        Assert.Equal(
            ["alert", "answer", "command", "descriptor", "deviceStatus", "fhirFrame", "jsonFrame", "mark", "rhythm", "workerStatus"],
            examples.Select(e => e!["message"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(examples, example => Assert.True(
            Reads(example!["message"]!.GetValue<string>(), Encoding.UTF8.GetBytes(example["payload"]!.ToJsonString())), example.ToJsonString()));
        Assert.All(AsyncApiScript.Validate(examples.Select(e => (e!["message"]!.GetValue<string>(), (JsonNode?)e["payload"]!.DeepClone()))), Assert.Empty);
    }

    [Fact]
    public void Documents_OfEveryEncoder_AreValid()
    {
        if (Skip())
            return;
        (string Message, JsonNode? Payload)[] documents = [.. Written().Select(d => (d.Message, JsonNode.Parse(d.Payload)))];
        string[][] faults = AsyncApiScript.Validate(documents);
        Assert.All(documents.Zip(faults), pair => Assert.True(pair.Second.Length == 0, $"{pair.First.Message}: {string.Join("; ", pair.Second)}"));
    }

    [Fact]
    public void Documents_ThatTheCodeRefuses_AreInvalidToo()
    {
        if (Skip())
            return;
        (string Message, string Payload)[] bad =
        [
            ("descriptor", """{"sampleRateHz":99,"leads":["II"],"microvoltsPerLsb":1}"""),
            ("descriptor", """{"sampleRateHz":250,"leads":[],"microvoltsPerLsb":1}"""),
            ("descriptor", """{"sampleRateHz":250,"leads":["II"],"microvoltsPerLsb":0}"""),
            ("descriptor", """{"sampleRateHz":250,"leads":["II"],"microvoltsPerLsb":1,"adcMin":0}"""),
            ("jsonFrame", """{"samples":[[1]]}"""),
            ("jsonFrame", """{"firstSample":0}"""),
            ("jsonFrame", """{"firstSample":-1,"samples":[[1]]}"""),
            ("jsonFrame", """{"firstSample":0,"samples":[[1e9]]}"""),
            ("fhirFrame", """{"resourceType":"Patient"}"""),
            ("deviceStatus", """{"state":"fine"}"""),
            ("mark", """{"sample":-1}"""),
            ("command", """{"command":"pause","seconds":0,"operator":"n"}"""),
            ("command", """{"command":"strip","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","from":1}"""),
            ("command", """{"command":"limits","operator":"n","limits":{"headache":{}}}"""),
            ("command", """{"command":"limits","operator":"n","limits":{"asystole":{"limit":"4"}}}"""),
            ("command", """{"command":"limits","operator":"n"}"""),
            ("command", """{"command":"alerts","operator":"n"}"""),
            ("answer", """{"outcome":"perhaps","group":"g","stream":"p"}"""),
            ("answer", """{"outcome":"done","group":"g"}"""),
            ("alert", "{}"),
            ("workerStatus", """{"workerId":"w","state":"asleep","groups":[]}"""),
        ];
        Assert.All(bad, b => Assert.False(Reads(b.Message, Encoding.UTF8.GetBytes(b.Payload)), b.Payload));
        Assert.All(bad.Zip(AsyncApiScript.Validate(bad.Select(b => (b.Message, JsonNode.Parse(b.Payload))))), pair => Assert.True(pair.Second.Length > 0, pair.First.Payload));
    }

    private static bool Reads(string message, byte[] payload) => message switch
    {
        "descriptor" => DescriptorJson.TryParse(payload, out _) == DescriptorRejection.None,
        "jsonFrame" => JsonFrameCodec.Decode(payload, null, new EcgFrame()) == FrameRejection.None,
        "fhirFrame" => FhirFrameCodec.Decode(payload, OneLead, new EcgFrame()) == FrameRejection.None,
        "deviceStatus" => DeviceStatus.TryParse(payload, out _) == DocumentRejection.None,
        "mark" => PatientMark.TryParse(payload, out _) == DocumentRejection.None,
        "command" => CommandRequest.TryParse(payload, out _) == CommandRejection.None,
        "answer" => CommandAnswer.TryParse(payload) is not null,
        "alert" => AlertReading.TryParse(payload) is not null,
        "rhythm" => Enum.GetValues<RhythmClass>().Any(r => r.WireName() == JsonNode.Parse(payload)!["rhythm"]!.GetValue<string>()),
        "workerStatus" => WorkerStatus.TryParse(payload, out _) == DocumentRejection.None,
        _ => throw new ArgumentOutOfRangeException(nameof(message), message, "no reader"),
    };

    private static StreamDescriptor OneLead { get; } = new()
    {
        SampleRateHz = 250,
        Leads = [LeadDescriptor.Of(Lead.II)],
        MicrovoltsPerLsb = [1],
        AdcRange = [(-2048, 2047)],
        Clock = ClockKind.Free,
        Age = 70,
        Sex = WearerSex.Other,
        ContentType = JsonFrameCodec.ContentType,
    };

    /// <summary>What the encoders write, over all kinds, phases, signals, rhythms and states.</summary>
    private static IEnumerable<(string Message, string Payload)> Written()
    {
        yield return ("descriptor", Text(o => DescriptorJson.Write(OneLead, o)));
        for (int seed = 0; seed < 20; seed++)
            yield return ("jsonFrame", Encoding.UTF8.GetString(Frames.EncodeJson(Frames.Any(FrameCodec.Float32, seed))));
        foreach (AlertKind kind in Enum.GetValues<AlertKind>())
        {
            AlertTransition start = Alerts.Asystole with { Kind = kind };
            AlertTransition end = start with { Phase = AlertPhase.End, EndNs = Alerts.EpochNs, EndSample = 4000, PriorityWas = AlertPriority.Low, PriorityReason = "x", Value = 3.1 };
            yield return ("alert", Text(o => AlertDocument.Write(start, Alerts.Context, o)));
            yield return ("alert", Text(o => AlertDocument.Write(end, new AlertContext { Type = AlertType.Technical }, o)));
        }

        foreach (AlertSignal signal in Enum.GetValues<AlertSignal>())
            yield return ("alert", Text(o => AlertDocument.Write(Alerts.Asystole with { Signal = signal, Phase = (AlertPhase)((int)signal % 4), Score = double.NaN }, Alerts.Context, o)));
        foreach (TransitionActionKind kind in Enum.GetValues<TransitionActionKind>())
        {
            AlertTransition acted = Alerts.Asystole with
            {
                Action = new TransitionAction(kind, kind == TransitionActionKind.Escalate ? null : "nurse 7", kind == TransitionActionKind.Pause ? null : "why", Alerts.EpochNs),
                PausedUntilNs = kind == TransitionActionKind.Pause ? Alerts.EpochNs : null,
                Retraction = kind == TransitionActionKind.Unlatch ? "wrong" : null,
            };
            yield return ("alert", Text(o => AlertDocument.Write(acted, Alerts.Context, o)));
        }

        foreach (CommandOutcome outcome in Enum.GetValues<CommandOutcome>())
        {
            ReadOnlyMemory<byte> alert = Encoding.UTF8.GetBytes(Text(o => AlertDocument.Write(Alerts.Asystole, Alerts.Context, o)));
            CommandAnswer answer = new() { Outcome = outcome, Key = Key, Command = (CommandKind)(int)outcome, Reason = outcome == 0 ? null : "x", Alerts = outcome == 0 ? [alert, alert] : default };
            yield return ("answer", Text(answer.Write));
        }

        foreach (RhythmClass rhythm in Enum.GetValues<RhythmClass>())
            yield return ("rhythm", Text(o => RhythmDocument.Write(RhythmDocumentTests.Summary with { Rhythm = rhythm, HeartRate = rhythm == 0 ? null : 70 }, o)));
        foreach (DeviceState state in Enum.GetValues<DeviceState>())
            yield return ("deviceStatus", Text(o => new DeviceStatus(state, 5, 7).Write(o)));
        foreach (WorkerState state in Enum.GetValues<WorkerState>())
            yield return ("workerStatus", Text(o => new WorkerStatus { WorkerId = "w", State = state, TimeNs = 0, Groups = ["a"], Streams = 1, Engine = "cpu", Version = "1", ModelId = "m" }.Write(o)));
    }

    private static string Text(Action<ArrayBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> to = new();
        write(to);
        return Encoding.UTF8.GetString(to.WrittenSpan);
    }

    private bool Skip()
    {
        if (AsyncApiScript.Missing is { } reason)
            output.WriteLine($"Skipped: {reason}.");
        return AsyncApiScript.Missing is not null;
    }
}
