using System.CommandLine;

namespace AnyEcg.Tool.Tests;

public sealed class OptionRulesTests
{
    private readonly Option<double> number = new Option<double>("--number").Within(0.5, 2);
    private readonly Option<double?> above = new Option<double?>("--above").AboveZero();
    private readonly Option<string?> file = new Option<string?>("--file").NewFile();

    [Theory]
    [InlineData("--number", "0.4", "--number must be 0.5 to 2.")]
    [InlineData("--number", "NaN", "--number must be 0.5 to 2.")]
    [InlineData("--number", "abc", "--number must be 0.5 to 2.")]
    [InlineData("--above", "0", "--above must be above 0.")]
    [InlineData("--above", "abc", "--above must be above 0.")]
    [InlineData("--file", "no-such-folder/report.json", "--file must be a file in a folder that exists.")]
    [InlineData("--file", ".", "--file must be a file in a folder that exists.")]
    public void Parse_BadValue_IsAnErrorThatSaysWhatWouldDo(string option, string value, string fault) =>
        Assert.Contains(fault, Parse(option, value).Errors.Select(e => e.Message));

    [Theory]
    [InlineData("--number", "0.5")]
    [InlineData("--number", "2")]
    [InlineData("--above", "0.1")]
    [InlineData("--file", "report.json")]
    public void Parse_GoodValue_IsTaken(string option, string value) => Assert.Empty(Parse(option, value).Errors);

    [Theory]
    [InlineData("--speed", "abc")]
    [InlineData("--duration", "abc")]
    [InlineData("--http-port", "70000")]
    public void Demo_BadValue_IsAnError(string option, string value) => Assert.NotEmpty(DemoCommand.Create().Parse([option, value]).Errors);

    private ParseResult Parse(string option, string value) => new RootCommand { number, above, file }.Parse([option, value]);
}
