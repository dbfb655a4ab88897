using System.Xml.Linq;
using AnyEcg.Protocol.Tests;

namespace AnyEcg.Tool.Tests;

public sealed class CodesSvgTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-codes-");

    [Fact]
    public void Draw_Codes_StandInRowsWithTheirShare()
    {
        string path = Write("""{"codes":[{"code":17,"share":0.04,"millivolts":[0,1.4,0,-0.2,0,0]},{"code":3,"share":0.015,"millivolts":[0,0,0,0,0,0.5]},{"code":9,"share":0.001,"millivolts":[0,0,0,0,0,0]}]}""");
        XElement root = XDocument.Parse(CodesSvg.Draw(RhythmCode.Read(path), columns: 2)).Root!;
        XNamespace svg = root.Name.Namespace;
        Assert.Equal(["17: 4.0 %", "3: 1.5 %", "9: 0.1 %"], root.Elements(svg + "text").Select(t => t.Value));
        XElement[] papers = [.. root.Elements(svg + "rect").Where(r => r.Attribute("fill")!.Value == "url(#paper)")];
        Assert.Equal([("5", "10"), ("35", "10"), ("5", "40")], papers.Select(p => (p.Attribute("x")!.Value, p.Attribute("y")!.Value)));
        Assert.All(papers, p => Assert.Equal(("25", "20"), (p.Attribute("width")!.Value, p.Attribute("height")!.Value)));
        List<(double X, double Y)> points = SvgPoints.Of(root.Elements(svg + "path").First().Attribute("d")!.Value);
        Assert.Contains((5.08, 11.0), points);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"codes":[]}""")]
    [InlineData("""{"codes":[{"code":1,"share":0.1}]}""")]
    [InlineData("""{"codes":[{"code":1,"share":0.1,"millivolts":[1]}]}""")]
    public void Read_AnythingElse_IsAFormatFault(string json) => Assert.Throws<FormatException>(() => RhythmCode.Read(Write(json)));

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string json)
    {
        string path = Path.Combine(folder.FullName, "codes.json");
        File.WriteAllText(path, json);
        return path;
    }
}
