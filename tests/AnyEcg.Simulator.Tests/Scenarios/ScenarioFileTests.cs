using System.Text;

namespace AnyEcg.Simulator.Tests;

public sealed class ScenarioFileTests
{
    private const string Good = """
        {
          "name": "n",
          "devices": [
            { "prefix": "a-", "records": ["r"] }
          ]
        }
        """;

    public static TheoryData<string> Shipped => [.. Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileName(path))];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "scenarios");

    [Fact]
    public void Shipped_AreThere() => Assert.True(Shipped.Count >= 9);

    /// <summary>Every scenario of the repository can be read, and its devices can be made.</summary>
    [Theory]
    [MemberData(nameof(Shipped))]
    public void Load_Shipped_MakesItsDevices(string file)
    {
        Scenario scenario = ScenarioFile.Load(Path.Combine(Folder, file));
        IReadOnlyList<FleetMember> members = scenario.Members(Folder, 1);
        Assert.Empty(new FleetOptions { Members = members }.Validate());
        Assert.Equal(members.Count, members.Select(m => m.Device.Seed).Distinct().Count());
        foreach (FleetMember member in members.Where(m => m.Device.Synthetic is not null))
        {
            using SimulatedDevice device = new(member.Device, new ManualTime());
            Assert.NotEmpty(device.Script().Take(20));
        }
    }

    [Fact]
    public void Parse_Least_HasTheDefaults()
    {
        Scenario scenario = Parse(Good);
        FleetMember member = Assert.Single(scenario.Members("/somewhere", 2));
        Assert.Equal(("demo/a-1", Path.GetFullPath("/somewhere/r"), 2.0, 1), (member.Device.Key.ToString(), member.Device.Record, member.Device.Speed, member.Device.Seed));
        Assert.Equal(new StoreOptions(), member.Store);
    }

    [Theory]
    [InlineData("\"name\": \"n\",", "", "name")]
    [InlineData("\"name\": \"n\",", "\"name\": null,", "line 2")]
    [InlineData("\"name\": \"n\",", "\"name\": \"n\", \"nmae\": 1,", "nmae")]
    [InlineData("\"name\": \"n\",", "\"name\": \"n\", \"name\": \"m\",", "name")]
    [InlineData("\"name\": \"n\",", "\"name\": \"n\", // note", "line 2")]
    [InlineData("\"r\"] }", "\"r\"] },", "line 5")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"count\": \"2\",", "$.devices[0].count")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"count\": 0,", "$.devices[0].count: 1 to")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a/\",", "$.devices[0].prefix")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"network\": { \"loss\": 2 },", "$.devices[0].loss: 0 to 1")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"network\": { \"lost\": 0 },", "lost")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"codec\": 1,", "$.devices[0].codec")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"codec\": \"morse\",", "$.devices[0].codec")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"faults\": { \"restarts\": [{ \"downSeconds\": 1 }] },", "at")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"faults\": { \"noise\": [{ \"kind\": \"record\", \"from\": 0, \"to\": 1, \"snrDb\": 6 }] },", "kind record")]
    [InlineData("\"prefix\": \"a-\",", "\"prefix\": \"a-\", \"outages\": [{ \"at\": -1, \"seconds\": 1 }],", "$.devices[0].outages")]
    [InlineData("\"records\": [\"r\"]", "\"synthetic\": { \"programme\": [{ \"rhythm\": \"sinus\", \"seconds\": 1, \"rate\": 5 }] }", "$.devices[0].synthetic.programme[0].rate")]
    [InlineData("\"records\": [\"r\"]", "\"synthetic\": { \"trueRateHz\": 5 }", "trueRateHz")]
    [InlineData("\"records\": [\"r\"]", "\"mains\": 50", "records or synthetic")]
    [InlineData("{ \"prefix\": \"a-\", \"records\": [\"r\"] }", "", "$.devices: at least one")]
    public void Parse_Fault_NamesItsPlace(string what, string instead, string place)
    {
        ScenarioException fault = Assert.Throws<ScenarioException>(() => Parse(Good.Replace(what, instead, StringComparison.Ordinal)));
        Assert.StartsWith("test.json", fault.Message, StringComparison.Ordinal);
        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"name\":\"n\",\"devices\":null}")]
    [InlineData("\xff")]
    public void Parse_NoScenario_SaysSo(string text) => Assert.Throws<ScenarioException>(() => Parse(text));

    private static Scenario Parse(string text) => ScenarioFile.Parse(Encoding.Latin1.GetBytes(text), "test.json");
}
