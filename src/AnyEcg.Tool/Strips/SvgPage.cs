using System.Security;
using System.Text;

namespace AnyEcg.Tool;

/// <summary>
/// An SVG in true millimetres, with ECG paper behind: thin lines every millimetre, stronger ones every five. Lines of paper lie at
/// multiples of 5 mm of the page.
/// </summary>
internal sealed class SvgPage
{
    private readonly StringBuilder body = new();

    public void Paper(double x, double y, double width, double height) =>
        body.Append($"<rect x=\"{T(x)}\" y=\"{T(y)}\" width=\"{T(width)}\" height=\"{T(height)}\" fill=\"url(#paper)\" stroke=\"#e8a39a\" stroke-width=\".2\"/>\n");

    /// <param name="data">Of a path, in millimetres.</param>
    public void Line(string data, string colour = "#14213a", double width = 0.3)
    {
        if (data.Length > 0)
            body.Append($"<path d=\"{data}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{T(width)}\" stroke-linejoin=\"round\"/>\n");
    }

    public void Band(double x, double y, double width, double height, string colour) =>
        body.Append($"<rect x=\"{T(x)}\" y=\"{T(y)}\" width=\"{T(width)}\" height=\"{T(height)}\" fill=\"{colour}\"/>\n");

    /// <param name="x">Of the anchor.</param>
    /// <param name="y">Of the base line of the letters.</param>
    /// <param name="text">Plain.</param>
    /// <param name="style">Further attributes.</param>
    public void Text(double x, double y, string text, string style = "") =>
        body.Append($"<text x=\"{T(x)}\" y=\"{T(y)}\"{(style.Length > 0 ? " " + style : "")}>{SecurityElement.Escape(text)}</text>\n");

    /// <summary>The whole document.</summary>
    public string ToString(string title, double width, double height) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{T(width)}mm" height="{T(height)}mm" viewBox="0 0 {T(width)} {T(height)}" font-family="sans-serif" font-size="2.8" fill="#1d2430">
        <title>{SecurityElement.Escape(title)}</title>
        <defs><pattern id="paper" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M1 0V5M2 0V5M3 0V5M4 0V5M0 1H5M0 2H5M0 3H5M0 4H5" stroke="#fbdcd7" stroke-width=".1"/><path d="M0 0H5M0 0V5" stroke="#f0b4ab" stroke-width=".3"/></pattern></defs>
        <rect width="{T(width)}" height="{T(height)}" fill="#fff"/>

        """.ReplaceLineEndings("\n") + body + "</svg>\n";

    private static string T(double millimetres) => SvgPath.Text(millimetres);
}
