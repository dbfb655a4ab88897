using System.Text.Json.Nodes;

namespace AnyEcg.Mqtt.Tests;

/// <summary>What every client must see, by scenario: JSON as the scripts print it.</summary>
internal static class Scenarios
{
    private const string Levels = """{"granted":[0,1,2],"received":["l/0 0 text 0","l/1 1 text 1","l/2 2 text 2"]}""";
    private const string Resumed =
        """["1 0","1 2","1 4","1 6","1 8","2 1","2 3","2 5","2 7","2 9"]""";

    private static readonly Dictionary<string, string> Both = new()
    {
        ["levels"] = Levels,
        ["retained"] = """{"first":["new true"],"cleared":[" false"],"late":["live false"]}""",
        ["resume"] = $$"""{"before":false,"after":true,"received":{{Resumed}}}""",
        ["shared"] = """{"counts":[10,10,10],"distinct":30}""",
        ["large"] = """{"bytes":1048576,"same":true}""",
    };

    private static readonly Dictionary<string, string> Old = new(Both)
    {
        ["will"] = """{"will":"1 gone","contentType":null}""",
        ["takeover"] = """{"reason":null,"second":true}""",
        ["unsubscribe"] = """{"codes":null,"received":["yes"]}""",
    };

    private static readonly Dictionary<string, string> New = new(Both)
    {
        ["will"] = """{"will":"1 gone","contentType":"text/plain"}""",
        ["takeover"] = """{"reason":142,"second":true}""",
        ["unsubscribe"] = """{"codes":[0,17],"received":["yes"]}""",
        ["identifiers"] = """{"text":"one copy","qos":1,"ids":[7,300]}""",
        ["options"] = """{"received":["theirs false","now true"]}""",
        ["request"] = """{"answer":"pong to ping","correlation":"17"}""",
    };

    /// <summary>Pairs of scenario and version, for a theory.</summary>
    public static TheoryData<string, int> All()
    {
        TheoryData<string, int> data = [];
        foreach (string scenario in Old.Keys)
            data.Add(scenario, 4);
        foreach (string scenario in New.Keys)
            data.Add(scenario, 5);
        return data;
    }

    public static void AssertVerdict(string scenario, int version, JsonNode verdict) =>
        AssertVerdict((version == 4 ? Old : New)[scenario], verdict);

    public static void AssertVerdict(string expected, JsonNode verdict) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), verdict.ToJsonString());
}
