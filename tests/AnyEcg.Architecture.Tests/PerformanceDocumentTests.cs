using System.Globalization;
using System.Text.RegularExpressions;

namespace AnyEcg.Architecture.Tests;

/// <summary>Holds the table of allocation budgets in docs/performance.md to the tests that enforce them.</summary>
public sealed partial class PerformanceDocumentTests
{
    [Fact]
    public void Budgets_EachLine_NamesATestOfThatBudget()
    {
        string document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "performance.md"));
        string section = document.Split("## Allocation budgets")[1].Split("\n## ")[0];
        Match[] rows = [.. Row().Matches(section).Cast<Match>()];
        Assert.Equal(section.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)) - 2, rows.Length);
        Assert.True(rows.Length >= 12, $"{rows.Length} budgets");
        Assert.All(rows, row =>
        {
            string body = BodyOf(row.Groups["class"].Value, row.Groups["method"].Value);
            Assert.Contains("Allocated", body, StringComparison.Ordinal);
            int budget = int.Parse(row.Groups["bytes"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            bool none = budget == 0 && NoBytes().IsMatch(body);
            Assert.True(none || (budget > 0 && Regex.IsMatch(body, $@"\b{budget}\)")), $"{row.Value}: the test says something else.");
        });
    }

    /// <summary>The source of the test; of classes with one name, that which has the method.</summary>
    private static string BodyOf(string type, string method)
    {
        string[] bodies =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), $"{type}.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText)
                .Where(code => code.Contains($" {method}(", StringComparison.Ordinal))
                .Select(code => code.Split($" {method}(")[1].Split("\n    }")[0]),
        ];
        return Assert.Single(bodies);
    }

    [GeneratedRegex(@"^\| (?<stage>[^|]+) \| (?<bytes>[\d,]+) \| `(?<class>\w+)\.(?<method>\w+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>Equal to nothing, or before and after alike.</summary>
    [GeneratedRegex(@"Assert\.Equal\((0|before), ")]
    private static partial Regex NoBytes();
}
