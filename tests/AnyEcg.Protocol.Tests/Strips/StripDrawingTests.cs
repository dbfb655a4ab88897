using System.Globalization;
using System.Xml.Linq;
using AnyEcg.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class StripDrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(100)]
    [InlineData(250)]
    [InlineData(300)]
    [InlineData(360)]
    [InlineData(1000)]
    public void Draw_OneMillivoltOnceASecond_IsTenAndTwentyFiveMillimetres(double rate)
    {
        XElement root = Draw(Strips.Of(Strips.Triangles(9, rate), rate));
        List<(double X, double Y)> points = Trace(root).Single();
        double line = points.Max(p => p.Y), top = points.Min(p => p.Y);
        Assert.Equal(10, line - top, 0.001);
        double[] tops = [.. points.Where(p => p.Y == top).Select(p => p.X)];
        Assert.Equal(Enumerable.Range(0, 9).Select(i => 20.0 + (25 * i)), tops);
    }

    [Fact]
    public void Draw_Page_IsInTrueMillimetres()
    {
        XElement root = Draw(Strips.Rich());
        Assert.Equal(("275mm", "0 0 275"), (root.Attribute("width")!.Value, string.Join(' ', root.Attribute("viewBox")!.Value.Split(' ')[..3])));
        Assert.Equal(root.Attribute("height")!.Value, root.Attribute("viewBox")!.Value.Split(' ')[3] + "mm");
        XElement pattern = root.Descendants(Svg + "pattern").First();
        Assert.Equal(("5", "5", "userSpaceOnUse"), (pattern.Attribute("width")!.Value, pattern.Attribute("height")!.Value, pattern.Attribute("patternUnits")!.Value));
        Assert.Equal("M1 0V5M2 0V5M3 0V5M4 0V5M0 1H5M0 2H5M0 3H5M0 4H5", pattern.Elements().First().Attribute("d")!.Value);
        Assert.Contains(root.Elements(Svg + "text"), t => t.Value.StartsWith("25 mm/s 10 mm/mV", StringComparison.Ordinal));
    }

    [Fact]
    public void Draw_Paper_LiesBehindEveryTraceOnItsSquares()
    {
        XElement root = Draw(Strips.Rich());
        string[] order = [.. root.Elements().Select(e => e.Attribute("fill")?.Value == "url(#paper)" ? "paper" : e.Attribute("class")?.Value ?? "").Where(s => s is "paper" or "trace")];
        Assert.Equal(Enumerable.Repeat((string[])["paper", "trace"], 6).SelectMany(p => p), order);
        Assert.All(Rects(root, "url(#paper)"), paper => Assert.Equal((0.0, 0.0, 0.0), (paper.X % 5, paper.Y % 5, paper.Height % 5)));
        Assert.Equal([250.0, 250, 250, 250, 100, 100], Rects(root, "url(#paper)").Select(p => p.Width));
        Assert.Equal(6, root.Elements(Svg + "path").Count(p => p.Attribute("d")!.Value.EndsWith("h1.5v-10h5v10h1.5", StringComparison.Ordinal)));
    }

    [Fact]
    public void Draw_Gap_IsHatchedAndBlank()
    {
        // 2000 to 2500 of 250 Hz are the last two seconds of the first row.
        XElement root = Draw(Strips.Rich());
        Assert.Equal([(220.0, 50.0), (220.0, 50.0)], Rects(root, "url(#hatch)").Select(r => (r.X, r.Width)));
        Assert.All(Trace(root).Take(2), trace => Assert.InRange(trace.Max(p => p.X), 219, 220));
        Assert.Equal(2, root.Elements(Svg + "text").Count(t => t.Value == "no data"));
    }

    [Fact]
    public void Draw_SampleBetweenGaps_IsADot()
    {
        XElement root = Draw(Strips.Of([float.NaN, 1000, float.NaN, 0, 0, float.NaN, 5]));
        Assert.Equal([20.1, 20.1, 20.3, 20.4, 20.6, 20.6], Trace(root).Single().Select(p => p.X));
    }

    [Fact]
    public void Draw_WhatLeavesThePaper_IsMarkedAtItsEdge()
    {
        XElement root = Draw(Strips.Rich());
        (double _, double y, double _, double height) = Rects(root, "url(#paper)").ElementAt(1);
        Assert.InRange(Trace(root).ElementAt(1).Min(p => p.Y), y, y + height);
        int bars = root.Elements(Svg + "path").Count(p => p.Attribute("stroke")!.Value == "#b3121d" && p.Attribute("stroke-width")!.Value == ".8");

        // 22 tops, the one at 20 s in both rows, and the flanks before the gap and at the end.
        Assert.Equal(25, bars);
        Assert.Contains(root.Elements(Svg + "text"), t => t.Value == "+4/-0.5 mV");
        Assert.DoesNotContain(Draw(Strips.Of(Strips.Triangles(5))).Elements(Svg + "text"), t => t.Value.StartsWith("clipped", StringComparison.Ordinal));
    }

    [Fact]
    public void Draw_LeadOff_HasABandOfItsLength()
    {
        XElement root = Draw(Strips.Rich());
        Assert.Equal([(120.0, 150.0)], Rects(root, "#ffd98a").Select(r => (r.X, r.Width)));
    }

    [Fact]
    public void Draw_Alert_HasMarksWhereItLies()
    {
        // Onset at 10 s, decided at 14 s, end at 14.2 s: the second row.
        XElement root = Draw(Strips.Rich());
        Assert.Equal(["M20", "M120", "M125"], root.Elements(Svg + "path").Where(p => p.Attribute("class")?.Value == "mark").Select(p => p.Attribute("d")!.Value.Split(' ')[0]));
        XElement[] labels = [.. root.Elements(Svg + "text").Where(t => t.Value.StartsWith("asystole: ", StringComparison.Ordinal))];
        Assert.Equal(["asystole: onset", "asystole: decided", "asystole: end"], labels.Select(l => l.Value));
        Assert.NotEqual(labels[1].Attribute("y")!.Value, labels[2].Attribute("y")!.Value);
    }

    [Fact]
    public void Draw_AlertNearTheEnd_HasItsLabelOnThePaper()
    {
        EcgStrip strip = Strips.Of(Strips.Triangles(3)) with { Alerts = [.. Strips.Rich().Alerts.Select(a => a with { Onset = 2510, Decided = 3225, End = null })] };
        Dictionary<string, string?> anchors = Draw(strip).Elements(Svg + "text").Where(t => t.Value.StartsWith("asystole: ", StringComparison.Ordinal))
            .ToDictionary(t => t.Value, t => t.Attribute("text-anchor")?.Value);
        Assert.Equal((null, "end"), (anchors["asystole: onset"], anchors["asystole: decided"]));
    }

    [Fact]
    public void Draw_Times_StandAtWholeSecondsOfTheClock()
    {
        XElement root = Draw(Strips.Of(Strips.Triangles(3)) with { StartNs = Alerts.EpochNs + 400_000_000 });
        Assert.Equal(
            [("03:04:06", "35"), ("03:04:07", "60"), ("03:04:08", "85")],
            root.Elements(Svg + "text").Where(t => t.Value.Length == 8 && t.Value[2] == ':').Select(t => (t.Value, t.Attribute("x")!.Value)));
    }

    [Fact]
    public void Draw_ElectrodeOffset_IsTakenOffAndSaid()
    {
        XElement root = Draw(Strips.Of([.. Strips.Triangles(5).Select(v => v - 312_400)]));
        Assert.Contains(root.Elements(Svg + "text"), t => t.Value == "offset -312.4 mV");
        Assert.Equal(10, Trace(root).Single().Max(p => p.Y) - Trace(root).Single().Min(p => p.Y), 0.02);
    }

    [Fact]
    public void Draw_NothingAtAll_IsPaperWithHatch()
    {
        XElement root = Draw(Strips.Of([.. Enumerable.Repeat(float.NaN, 2500)]));
        Assert.DoesNotContain(root.Elements(Svg + "path"), p => p.Attribute("class")?.Value == "trace");
        Assert.Equal([250.0], Rects(root, "url(#hatch)").Select(r => r.Width));
    }

    [Fact]
    public void Draw_AnyNames_KeepTheStructure()
    {
        string[] shape = Shape("x");
        Prop.ForAll(HostileText.Arbitrary, text => Shape(text).SequenceEqual(shape)).QuickCheckThrowOnFailure();

        static string[] Shape(string text) =>
            [.. Draw(Strips.Of([1, 2, 3], name: text) with { Key = new(text, text) }).DescendantsAndSelf().Select(e => e.Name.LocalName)];
    }

    [Fact]
    public void Draw_RichStrip_IsItsGoldenFile() => GoldenText.Check("Strips", "rich.svg", StripDrawing.Draw(Strips.Rich()));

    private static XElement Draw(EcgStrip strip) => XDocument.Parse(StripDrawing.Draw(strip)).Root!;

    private static IEnumerable<List<(double X, double Y)>> Trace(XElement root) =>
        root.Elements(Svg + "path").Where(p => p.Attribute("class")?.Value == "trace").Select(p => SvgPoints.Of(p.Attribute("d")!.Value));

    private static IEnumerable<(double X, double Y, double Width, double Height)> Rects(XElement root, string fill) =>
        root.Elements(Svg + "rect").Where(r => r.Attribute("fill")!.Value == fill)
            .Select(r => (Number(r, "x"), Number(r, "y"), Number(r, "width"), Number(r, "height")));

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
