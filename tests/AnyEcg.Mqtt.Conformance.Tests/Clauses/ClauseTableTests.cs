namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>No clause without a test or a reason, and a page that says so.</summary>
public sealed class ClauseTableTests
{
    /// <summary>Counts of the specifications' appendices B (5.0: of the main text, whose last clause is counted with them).</summary>
    [Theory]
    [InlineData("mqtt5", 251)]
    [InlineData("mqtt311", 141)]
    public void Lists_OfClauses_AreComplete(string list, int count)
    {
        IReadOnlyList<Clause> clauses = Clause.All(list);
        Assert.Equal(count, clauses.Select(clause => clause.Id).Distinct().Count());
        Assert.All(clauses, clause => Assert.Contains(clause.Binds, new[] { "client", "server", "both" }));
    }

    [Theory]
    [InlineData("mqtt5", "client")]
    [InlineData("mqtt311", "client")]
    [InlineData("mqtt5", "server")]
    [InlineData("mqtt311", "server")]
    public void Clauses_OfEachSide_HaveATestOrAReason(string list, string side)
    {
        string[] asked = [.. Clause.All(list).Where(clause => clause.IsFor(side)).Select(clause => clause.Id)];
        string[] tested = [.. ClauseTest.All.Where(test => test.List == list && test.Side == side).Select(test => test.Id).Distinct()];
        string[] excused = [.. Excuse.All.Where(excuse => excuse.List == list && excuse.Side == side).Select(excuse => excuse.Id)];
        Assert.Empty(asked.Except(tested).Except(excused));
        Assert.Empty(tested.Except(asked));
        Assert.Empty(excused.Except(asked));
        Assert.Empty(excused.Intersect(tested));
    }

    /// <summary>A test carries the numbers of its clauses in its name, or the first and the last of a run of them.</summary>
    [Fact]
    public void Tests_OfClauses_AreNamedAfterThem() => Assert.All(ClauseTest.All, test =>
    {
        string name = test.Method.Name;
        bool is311Only = ClauseTest.All.Where(other => other.Method == test.Method).All(other => other.List == "mqtt311");
        Assert.StartsWith(is311Only ? "MQTT311_" : "MQTT_", name, StringComparison.Ordinal);
        string number = test.Id.Replace('.', '_').Replace('-', '_');
        Assert.True(name.Contains($"_{number}_", StringComparison.Ordinal) || name.Contains("_to_", StringComparison.Ordinal), name);
    });

    /// <summary>
    /// Set <c>ANYECG_WRITE_CONFORMANCE=1</c> to write the page anew instead of comparing it.
    /// </summary>
    [Fact]
    public void Page_OfTheTables_IsUpToDate()
    {
        string current = File.ReadAllText(ClauseDocument.Path);
        string rendered = ClauseDocument.Render(current);
        if (Environment.GetEnvironmentVariable("ANYECG_WRITE_CONFORMANCE") == "1")
            File.WriteAllText(ClauseDocument.Path, rendered);
        else
            Assert.Equal(rendered, current);
    }
}
