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

    /// <summary>A test carries the number of its clause in its name, all of them where it has several and they are not a range.</summary>
    [Fact]
    public void Tests_OfClauses_AreNamedAfterThem() => Assert.All(ClauseTest.All, test =>
    {
        string prefix = test.List == "mqtt5" ? "MQTT_" : "MQTT311_";
        string number = test.Id.Replace('.', '_').Replace('-', '_');
        Assert.StartsWith(prefix, test.Method.Name, StringComparison.Ordinal);
        Assert.True(test.Method.Name.Contains(number, StringComparison.Ordinal) || test.Method.Name.Contains("_to_", StringComparison.Ordinal), test.Method.Name);
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
