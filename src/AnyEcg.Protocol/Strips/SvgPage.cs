using System.Security;
using System.Text;
using System.Xml;

namespace AnyEcg.Protocol;

/// <summary>
/// An SVG in true millimetres, with ECG paper behind: thin lines every millimetre, stronger ones every five. Lines of paper lie at
/// multiples of 5 mm of the page.
/// </summary>
public sealed class SvgPage
{
    private const string HatchPattern =
        "<pattern id=\"hatch\" width=\"2\" height=\"2\" patternUnits=\"userSpaceOnUse\"><rect width=\"2\" height=\"2\" fill=\"#fff\"/><path d=\"M-.5 2.5L2.5 -.5M-.5 .5L.5 -.5M1.5 2.5L2.5 1.5\" stroke=\"#aab1bd\" stroke-width=\".2\"/></pattern>";

    private readonly StringBuilder body = new();
    private bool hatched;

    /// <summary>ECG paper; lay it before what is to stand on it.</summary>
    public void Paper(double x, double y, double width, double height) =>
        body.Append($"<rect x=\"{T(x)}\" y=\"{T(y)}\" width=\"{T(width)}\" height=\"{T(height)}\" fill=\"url(#paper)\" stroke=\"#e8a39a\" stroke-width=\".2\"/>\n");

    /// <summary>A line; nothing where there is no data.</summary>
    /// <param name="data">Of a path, in millimetres.</param>
    /// <param name="colour">Of the stroke.</param>
    /// <param name="width">Of the stroke, in millimetres.</param>
    /// <param name="style">Further attributes.</param>
    public void Line(string data, string colour = "#14213a", double width = 0.3, string style = "")
    {
        if (data.Length > 0)
            body.Append($"<path d=\"{data}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{T(width)}\" stroke-linejoin=\"round\"{(style.Length > 0 ? " " + style : "")}/>\n");
    }

    /// <summary>A hatched field over the paper: nothing is known here.</summary>
    public void Hatch(double x, double y, double width, double height)
    {
        hatched = true;
        body.Append($"<rect x=\"{T(x)}\" y=\"{T(y)}\" width=\"{T(width)}\" height=\"{T(height)}\" fill=\"url(#hatch)\"/>\n");
    }

    /// <summary>A field of one colour.</summary>
    public void Band(double x, double y, double width, double height, string colour) =>
        body.Append($"<rect x=\"{T(x)}\" y=\"{T(y)}\" width=\"{T(width)}\" height=\"{T(height)}\" fill=\"{colour}\"/>\n");

    /// <summary>A line of text, escaped; what XML cannot hold becomes U+FFFD.</summary>
    /// <param name="x">Of the anchor.</param>
    /// <param name="y">Of the base line of the letters.</param>
    /// <param name="text">Plain.</param>
    /// <param name="style">Further attributes.</param>
    public void Text(double x, double y, string text, string style = "") =>
        body.Append($"<text x=\"{T(x)}\" y=\"{T(y)}\"{(style.Length > 0 ? " " + style : "")}>{Escape(text)}</text>\n");

    /// <summary>The whole document.</summary>
    public string ToString(string title, double width, double height) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{T(width)}mm" height="{T(height)}mm" viewBox="0 0 {T(width)} {T(height)}" font-family="sans-serif" font-size="2.8" fill="#1d2430">
        <title>{Escape(title)}</title>
        <defs><pattern id="paper" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M1 0V5M2 0V5M3 0V5M4 0V5M0 1H5M0 2H5M0 3H5M0 4H5" stroke="#fbdcd7" stroke-width=".1"/><path d="M0 0H5M0 0V5" stroke="#f0b4ab" stroke-width=".3"/></pattern>{(hatched ? HatchPattern : "")}</defs>
        <rect width="{T(width)}" height="{T(height)}" fill="#fff"/>

        """.ReplaceLineEndings("\n") + body + "</svg>\n";

    private static string Escape(string text)
    {
        StringBuilder plain = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            plain.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        return SecurityElement.Escape(plain.ToString());
    }

    private static string T(double millimetres) => SvgPath.Text(millimetres);
}
