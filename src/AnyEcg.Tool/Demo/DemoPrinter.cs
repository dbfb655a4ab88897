using System.Globalization;
using System.Text.Json;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>
/// A backend in small: subscribes to what the worker publishes and prints it, with the annotation beside it. Called on the
/// connection's receive loop.
/// </summary>
internal sealed class DemoPrinter(IReadOnlyDictionary<string, DemoTruth> truths, TextWriter output) : IMqttReceiver
{
    private readonly Dictionary<string, string> rhythms = new(StringComparer.Ordinal);

    public int AlertsStarted { get; private set; }

    public IMqttConnection? Connection { get; set; }

    public void OnMessage(in MqttInbound message)
    {
        string[] levels = message.Topic.Split('/');
        if (levels.Length == 5 && !message.Payload.IsEmpty)
        {
            using JsonDocument document = JsonDocument.Parse(message.Payload.ToArray());
            switch (levels[4])
            {
                case "alert":
                    PrintAlert(levels[3], document.RootElement);
                    break;
                case "rhythm":
                    PrintRhythm(levels[3], document.RootElement);
                    break;
            }
        }

        if (message.Ack.IsRequired)
        {
            Connection?.Acknowledge(message.Ack);
        }
    }

    private void PrintAlert(string stream, JsonElement alert)
    {
        string phase = alert.GetProperty("phase").GetString()!;
        if (phase == "update")
        {
            return;
        }

        AlertsStarted += phase == "start" ? 1 : 0;
        JsonElement condition = alert.GetProperty("condition");
        string which = phase == "end" ? "endSample" : "onsetSample";

        // What the clock decided (offline, no data) has no place in the recording.
        bool byClock = condition.TryGetProperty("decidedSample", out JsonElement decided) && decided.GetInt64() == 0;
        double? second = !byClock && condition.TryGetProperty(which, out JsonElement sample) && sample.ValueKind == JsonValueKind.Number
            ? sample.GetDouble() / Signal.PatchSecond.ModelRateHz
            : null;
        Line(stream, second, $"{phase,-5} {alert.GetProperty("priority").GetString(),-6} {alert.GetProperty("kind").GetString()}");
    }

    private void PrintRhythm(string stream, JsonElement summary)
    {
        string rhythm = summary.GetProperty("rhythm").GetString()!;
        if (rhythms.GetValueOrDefault(stream) == rhythm)
        {
            return;
        }

        rhythms[stream] = rhythm;
        string rate = summary.TryGetProperty("heartRate", out JsonElement hr) && hr.ValueKind == JsonValueKind.Number
            ? string.Create(CultureInfo.InvariantCulture, $", {hr.GetDouble():0}/min")
            : "";
        Line(stream, summary.GetProperty("second").GetDouble(), $"rhythm {rhythm}{rate}");
    }

    private void Line(string stream, double? second, string what)
    {
        string truth = second is { } at && truths.TryGetValue(stream, out DemoTruth? known) ? known.At(at) : "-";
        string time = second is null ? "-  " : string.Create(CultureInfo.InvariantCulture, $"{second:0.0} s");
        output.WriteLine($"{stream,-14} {time,8}  {what,-44}  annotated: {truth}");
    }
}
