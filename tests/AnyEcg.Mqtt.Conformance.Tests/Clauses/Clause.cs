namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>One normative statement: its number, whom it binds, and what it is about in a few words of our own.</summary>
internal sealed record Clause(string Id, string Binds, string Topic)
{
    /// <summary>All clauses of one version, in the order of the specification.</summary>
    public static IReadOnlyList<Clause> All(string list) =>
        [.. Lines(list).Select(line => line.Split(',', 3)).Select(cells => new Clause(cells[0], cells[1], cells[2]))];

    /// <summary>Whether it binds this side, "client" or "server".</summary>
    public bool IsFor(string side) => Binds == side || Binds == "both";

    /// <summary>The lines of a table, without its head.</summary>
    public static IEnumerable<string> Lines(string table)
    {
        using Stream file = typeof(Clause).Assembly.GetManifestResourceStream($"{table}.csv")!;
        using StreamReader reader = new(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
    }
}
