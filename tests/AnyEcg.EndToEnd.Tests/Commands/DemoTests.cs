using System.Text.RegularExpressions;

namespace AnyEcg.EndToEnd.Tests;

[Collection(WholeSystem.Name)]
public sealed partial class DemoTests
{
    [ReleasedModelFact]
    public async Task Demo_WithADuration_EndsByItselfWithASummary()
    {
        (int exitCode, string output, string error) = await AnyEcgProcess.RunAsync("demo", "--speed", "50", "--duration", "5", "--http-port", "0");

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(exitCode == 0, $"{output}\n{error}");
        Match summary = LastLine().Match(lines[^1]);
        Assert.True(summary.Success, lines[^1]);
        Assert.Equal("8", summary.Groups["streams"].Value);
        Assert.True(int.Parse(summary.Groups["seconds"].Value, System.Globalization.CultureInfo.InvariantCulture) > 100, lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("metrics  http://127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("annotated: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_SpeedOutOfRange_IsBadUsage()
    {
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync("demo", "--speed", "0");
        Assert.Equal(2, exitCode);
        Assert.Contains("--speed", error, StringComparison.Ordinal);
    }

    [GeneratedRegex("^(?<alerts>[0-9]+) alerts, (?<streams>[0-9]+) streams, (?<seconds>[0-9]+) seconds of ECG$")]
    private static partial Regex LastLine();
}
