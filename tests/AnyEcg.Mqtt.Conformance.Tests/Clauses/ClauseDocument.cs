using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Writes docs/mqtt-conformance.md: a hand-written head, then the tables made from the clause lists and the tests.</summary>
internal static class ClauseDocument
{
    private const string Marker = "<!-- Below this line the file is generated: see 'How this page is made'. -->\n";

    private static readonly (string List, string Side, string Title)[] Tables =
    [
        ("mqtt5", "client", "MQTT 5.0, the client"),
        ("mqtt311", "client", "MQTT 3.1.1, the client"),
        ("mqtt5", "server", "MQTT 5.0, the embedded broker"),
        ("mqtt311", "server", "MQTT 3.1.1, the embedded broker"),
    ];

    public static string Path { get; } = RepositoryRoot.File("docs", "mqtt-conformance.md");

    /// <summary>The file as it should be, its hand-written head taken over.</summary>
    public static string Render(string current)
    {
        int end = current.IndexOf(Marker, StringComparison.Ordinal);
        StringBuilder text = new(end < 0 ? current : current[..end]);
        text.Append(Marker);
        foreach ((string list, string side, string title) in Tables)
            Append(text, list, side, title);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string list, string side, string title)
    {
        Clause[] clauses = [.. Clause.All(list).Where(clause => clause.IsFor(side))];
        string[] rows = [.. clauses.Select(clause => Row(list, side, clause))];
        int tested = clauses.Count(clause => ClauseTest.All.Any(test => (test.List, test.Side, test.Id) == (list, side, clause.Id)));
        text.Append($"\n## {title}\n\n{clauses.Length} clauses, {tested} with a test.\n\n");
        text.Append("| clause | what it asks | test | ran on |\n| --- | --- | --- | --- |\n");
        foreach (string row in rows)
            text.Append(row).Append('\n');
    }

    private static string Row(string list, string side, Clause clause)
    {
        ClauseTest[] tests = [.. ClauseTest.All.Where(test => (test.List, test.Side, test.Id) == (list, side, clause.Id))];
        string head = $"| MQTT-{clause.Id} | {clause.Topic} |";
        if (tests.Length == 0)
        {
            Excuse? excuse = Excuse.All.FirstOrDefault(e => (e.List, e.Side, e.Id) == (list, side, clause.Id));
            return $"{head} {excuse?.Kind ?? "missing"}: {excuse?.Reason} | - |";
        }

        string names = string.Join("<br>", tests.Select(test => $"`{test.Method.Name}`").Distinct());
        string brokers = string.Join(", ", tests.SelectMany(test => test.Brokers).Distinct().Order());
        return $"{head} {names} | {brokers} |";
    }
}
