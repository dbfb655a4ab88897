using System.CommandLine;

namespace AnyEcg.Tool.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-evaluate-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("beats.qrs.se>=0.5", ExitCodes.Done)]
    [InlineData("beats.qrs.se>=0.6", ExitCodes.Failed)]
    [InlineData("beats.qrs.se=0.6", ExitCodes.Usage)]
    public void Merge_WithABar_EndsWithItsCode(string bar, int code)
    {
        string page = Path.Combine(folder.FullName, "all.md");
        Assert.Equal(code, Run("--merge", Report("a", 1), Report("b", 3), "--require", bar, "--markdown", page));
        Assert.Equal(code != ExitCodes.Usage, File.Exists(page));
    }

    [Fact]
    public void Merge_SameRecordTwice_IsBadUsage() => Assert.Equal(ExitCodes.Usage, Run("--merge", Report("a", 1), Report("a", 1)));

    [Theory]
    [InlineData]
    [InlineData("--merge", "x.json", "--json", "y.json", "--exclude")]
    [InlineData("record", "--merge", "x.json")]
    [InlineData("record", "--asystole", "4,x")]
    [InlineData("record", "--tolerance", "0")]
    [InlineData("record", "--parallel", "0")]
    public void Parse_BadArguments_AreErrors(params string[] arguments) => Assert.NotEmpty(EvaluateCommand.Create().Parse(arguments).Errors);

    [Theory]
    [InlineData("--noise", "x")]
    [InlineData("--snr", "6")]
    [InlineData("--snr", "six", "--noise", "x")]
    public void Run_NoiseWithoutRatioOrTheOtherWay_IsBadUsage(params string[] arguments) => Assert.Equal(ExitCodes.Usage, Run([folder.FullName, .. arguments]));

    [Fact]
    public void Settings_Values_AreRead()
    {
        EvaluationSettings settings = EvaluateOptions.Settings(EvaluateCommand.Create().Parse(
            ["record", "--noise", "bw@900-1800", "--noise", "em4,em5", "--snr", "clean,12", "--snr", "-6", "--asystole", "4,5.5", "--tolerance", "3", "--score-from", "10"]));

        Assert.Equal([null, 12, -6], settings.Snrs);
        Assert.Equal([4, 5.5], settings.AsystoleLengths);
        Assert.Equal((3, 10d, Bootstrap.DefaultSeed), (settings.Tolerance, settings.ScoreFrom, settings.Seed));
    }

    private static int Run(params string[] arguments) => EvaluateCommand.Create().Parse(arguments).Invoke();

    /// <summary>The report of one record of which one beat was found.</summary>
    private string Report(string name, int annotated)
    {
        long[][] confusion = BeatScore.Empty();
        (confusion[0][0], confusion[0][BeatScore.NoBeat]) = (1, annotated - 1);
        RecordScore record = new() { Name = name, Seconds = 20, Beats = new BeatScore { Confusion = confusion }, AlertScore = new AlertScore() };
        string path = Path.Combine(folder.FullName, $"{Directory.GetFiles(folder.FullName).Length}.json");
        using FileStream file = File.Create(path);
        EvaluationJson.Write(file, EvaluationReport.Of(new ReportHeader(), [record], new Dictionary<string, Subset>(), new Bootstrap(10, 1)));
        return path;
    }
}
