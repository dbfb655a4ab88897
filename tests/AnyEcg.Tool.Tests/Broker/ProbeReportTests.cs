using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Spectre.Console;

namespace AnyEcg.Tool.Tests;

public sealed class ProbeReportTests
{
    [Fact]
    public void Fits_AnyFindings_UnlessOneLosesDataOrIsUnknown() =>
        Prop.ForAll(Gen.Elements(Enum.GetValues<ProbeVerdict>()).NonEmptyListOf().ToArbitrary(), verdicts =>
        {
            ProbeReport report = new("mqtt://b:1883", [.. verdicts.Select((v, i) => new Finding($"f{i}", "t", "m", v))]);
            Assert.Equal(!verdicts.Contains(ProbeVerdict.LosesData) && !verdicts.Contains(ProbeVerdict.NotMeasured), report.Fits);
            Assert.Contains(report.Verdict, verdicts);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Json_AReport_HasEveryValueByName()
    {
        using MemoryStream stream = new();
        ProbeJson.Write(stream, Report());
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());

        Assert.Equal(
            """{"url":"mqtt://b:1883","fit":false,"verdict":"loses data","findings":[{"id":"queue","title":"queue [of one]","measured":"1 of 2","verdict":"loses data","setting":"more","values":{"kept":1,"told":false,"seconds":null,"dropped":"the newest"}}]}""",
            JsonSerializer.Serialize(document.RootElement));
    }

    [Fact]
    public void Table_AReport_SaysFindingAndVerdict()
    {
        using StringWriter output = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = 200;

        ProbeTable.Write(console, Report());

        Assert.Contains("queue [of one]", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("mqtt://b:1883: unfit for our use (loses data)", output.ToString(), StringComparison.Ordinal);
    }

    private static ProbeReport Report() => new(
        "mqtt://b:1883",
        [
            new Finding("queue", "queue [of one]", "1 of 2", ProbeVerdict.LosesData, "more")
            {
                Values = [("kept", 1), ("told", false), ("seconds", null), ("dropped", "the newest")],
            },
        ]);
}
