using System.Text;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool.Tests;

public sealed class DemoPrinterTests : IDisposable
{
    private readonly TemporaryRecords records = new();
    private readonly StringWriter output = new();
    private readonly DemoPrinter printer;

    public DemoPrinterTests()
    {
        string path = records.Add("bed", 60, (0, 28, "(N"), (2500, 28, "(VFL"));
        printer = new DemoPrinter(new Dictionary<string, DemoTruth> { ["bed"] = DemoTruth.Read(path) }, output);
    }

    [Fact]
    public void Alert_Start_StandsBesideTheAnnotationOfItsOnset()
    {
        Receive("alert", Alert("start", onset: 3600));
        Assert.Contains("12.0 s  start high   asystole", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("annotated: (VFL since 10 s", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, printer.AlertsStarted);
    }

    [Fact]
    public void Alert_End_StandsAtItsEndAndIsNoNewAlert()
    {
        Receive("alert", Alert("end", onset: 300, end: 6000));
        Assert.Contains("20.0 s  end   high   asystole", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, printer.AlertsStarted);
    }

    [Fact]
    public void Alert_DecidedByTheClock_HasNoPlaceInTheRecording()
    {
        Receive("alert", "{\"phase\":\"start\",\"priority\":\"medium\",\"kind\":\"device-offline\",\"condition\":{\"onsetSample\":0,\"decidedSample\":0}}");
        Assert.Contains(" -    start medium device-offline", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("annotated: -" + Environment.NewLine, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Alert_Update_IsNotPrinted()
    {
        Receive("alert", Alert("update", onset: 300));
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Rhythm_IsPrintedWhenItChanges()
    {
        Receive("rhythm", "{\"rhythm\":\"sinus\",\"second\":5,\"heartRate\":61.4}");
        Receive("rhythm", "{\"rhythm\":\"sinus\",\"second\":10}");
        Receive("rhythm", "{\"rhythm\":\"af\",\"second\":15}");
        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("rhythm sinus, 61/min", lines[0], StringComparison.Ordinal);
        Assert.Contains("rhythm af ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void OtherTopicsAndClearedStates_AreNotPrinted()
    {
        Receive("alert/4a/x", "{}");
        Receive("alert", "");
        Receive("status", "{}");
        Assert.Empty(output.ToString());
    }

    public void Dispose()
    {
        output.Dispose();
        records.Dispose();
    }

    private static string Alert(string phase, int onset, int? end = null)
    {
        string ended = end is null ? "" : $",\"endSample\":{end}";
        return $"{{\"phase\":\"{phase}\",\"priority\":\"high\",\"kind\":\"asystole\",\"condition\":{{\"onsetSample\":{onset}{ended}}}}}";
    }

    private void Receive(string last, string payload) =>
        printer.OnMessage(new MqttInbound { Topic = $"anyecg/v1/demo/bed/{last}", Payload = Encoding.UTF8.GetBytes(payload) });
}
