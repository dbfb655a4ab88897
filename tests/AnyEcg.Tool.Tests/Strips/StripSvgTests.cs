using System.Xml.Linq;
using AnyEcg.Protocol.Tests;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class StripSvgTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Draw_Strip_IsInTrueMillimetres()
    {
        XElement root = Draw(Sample());
        Assert.Equal(("275mm", "0 0 275"), (root.Attribute("width")!.Value, string.Join(' ', root.Attribute("viewBox")!.Value.Split(' ')[..3])));
        Assert.Equal(root.Attribute("height")!.Value, root.Attribute("viewBox")!.Value.Split(' ')[3] + "mm");
        XElement[] papers = [.. root.Elements(Svg + "rect").Where(r => r.Attribute("fill")!.Value == "url(#paper)")];
        Assert.Equal(2, papers.Length);
        Assert.All(papers, paper => Assert.Equal(("20", "250"), (paper.Attribute("x")!.Value, paper.Attribute("width")!.Value)));
        Assert.All(papers, paper => Assert.Equal(0, double.Parse(paper.Attribute("y")!.Value, System.Globalization.CultureInfo.InvariantCulture) % 5));

        // Behind every trace, and before it in the document.
        string[] order = [.. root.Elements().Select(e => e.Attribute("fill")?.Value == "url(#paper)" ? "paper" : e.Attribute("stroke")?.Value == "#14213a" ? "trace" : "").Where(s => s.Length > 0)];
        Assert.Equal(["paper", "trace", "paper", "trace"], order);
    }

    [Fact]
    public void Draw_Trace_StandsTenMillimetresAboveItsLineAtOneMillivolt()
    {
        XElement root = Draw(Sample());
        XElement paper = root.Elements(Svg + "rect").First(r => r.Attribute("fill")!.Value == "url(#paper)");
        XElement calibration = root.Elements(Svg + "path").First(p => p.Attribute("stroke")!.Value == "#5d6778");
        double baseline = double.Parse(calibration.Attribute("d")!.Value.Split('h')[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        List<(double X, double Y)> points = SvgPoints.Of(root.Elements(Svg + "path").First(p => p.Attribute("stroke")!.Value == "#14213a").Attribute("d")!.Value);
        Assert.EndsWith("h1.5v-10h5v10h1.5", calibration.Attribute("d")!.Value, StringComparison.Ordinal);

        // The spike of 1 mV at 0.5 s of every second.
        Assert.Contains((20 + 12.5, baseline - 10), points);
        Assert.Contains((20 + 12.5 + 25, baseline - 10), points);
        Assert.InRange(points.Min(p => p.Y), double.Parse(paper.Attribute("y")!.Value, System.Globalization.CultureInfo.InvariantCulture), baseline - 10);
    }

    [Fact]
    public void Draw_Beats_StandAboveTheirTimeAndDifferencesAreRed()
    {
        XElement root = Draw(Sample());
        List<(string Text, double X, bool Red)> letters = [.. root.Elements(Svg + "text").Where(t => t.Value.Length == 1 && t.Attribute("text-anchor") is not null)
            .Select(t => (t.Value, double.Parse(t.Attribute("x")!.Value, System.Globalization.CultureInfo.InvariantCulture), t.Attribute("fill")?.Value == "#b3121d"))];
        Assert.Equal(
            [("N", 32.5, false), ("V", 57.5, true), ("N", 82.5, true), ("N", 32.5, false), ("N", 58.75, true), ("S", 120.0, true)],
            letters);
    }

    [Fact]
    public void Draw_Rhythms_AreBandsOfTheirLength()
    {
        XElement root = Draw(Sample());
        Assert.Equal(
            [("20", "100"), ("120", "150"), ("20", "250")],
            root.Elements(Svg + "rect").Where(r => r.Attribute("height")!.Value == "4").Select(r => (r.Attribute("x")!.Value, r.Attribute("width")!.Value)));
        Assert.Equal(["N", "VFL", "sinus"], root.Elements(Svg + "text").Select(t => t.Value).Where(t => t is "VFL" or "sinus" or "N").TakeLast(3));
    }

    [Fact]
    public void Draw_TenSecondsOfTwoNoisyLeads_StaysBelowFortyKilobytes()
    {
        Random random = new(9);
        Strip strip = Sample() with
        {
            Leads = [.. Enumerable.Range(0, 2).Select(i => new StripLead($"V{i}", [.. Enumerable.Range(0, 3000).Select(_ => (float)(random.NextDouble() * 0.8))]))],
        };
        Assert.InRange(StripSvg.Draw(strip).Length, 10_000, 40_000);
    }

    [Fact]
    public void Draw_TitleWithSigns_IsEscaped() => Assert.Contains("a < b", Draw(Sample() with { Title = "a < b & c" }).Element(Svg + "title")!.Value, StringComparison.Ordinal);

    private static XElement Draw(Strip strip) => XDocument.Parse(StripSvg.Draw(strip)).Root!;

    private static Strip Sample() => new()
    {
        Title = "made up",
        From = 60,
        Seconds = 10,
        Leads = [new StripLead("II", Spikes()), new StripLead("V1", new float[3000])],
        Annotated = new StripReading(
            "annotated",
            [new TimedBeat(60.5, BeatClass.N), new TimedBeat(61.5, BeatClass.V), new TimedBeat(62.5, BeatClass.N)],
            [new RhythmSpan(new Episode(60, 64), RhythmClass.Sinus, "(N"), new RhythmSpan(new Episode(64, 70), RhythmClass.VentricularFibrillation, "(VFL")]),
        Found = new StripReading(
            "found",
            [new TimedBeat(60.5, BeatClass.N), new TimedBeat(61.55, BeatClass.N), new TimedBeat(64, BeatClass.S)],
            [new RhythmSpan(new Episode(60, 70), RhythmClass.Sinus, "")]),
    };

    private static float[] Spikes() => [.. Enumerable.Range(0, 3000).Select(i => i % 300 == 150 ? 1f : 0)];
}
