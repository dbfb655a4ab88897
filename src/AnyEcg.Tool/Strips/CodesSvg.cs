using System.Globalization;
using AnyEcg.Protocol;

namespace AnyEcg.Tool;

/// <summary>Rhythm codes side by side, each the second of ECG that its decoder makes of it: 25 mm wide, 10 mm a millivolt, with its share of all tokens.</summary>
internal static class CodesSvg
{
    private const double Cell = 25, Gap = 5, Caption = 5, Most = 25;

    /// <param name="codes">In the order in which they are to stand.</param>
    /// <param name="columns">Cells in a row.</param>
    public static string Draw(IReadOnlyList<RhythmCode> codes, int columns = 6)
    {
        SvgPage page = new();
        double above = Squares(codes.Max(c => c.Millivolts.Max()));
        double height = above + Squares(-codes.Min(c => c.Millivolts.Min()));
        for (int i = 0; i < codes.Count; i++)
        {
            double x = Gap + (i % columns * (Cell + Gap));
            double y = Gap + (i / columns * (height + Caption + Gap));
            page.Text(x, y + Caption - 1, string.Create(CultureInfo.InvariantCulture, $"{codes[i].Code}: {100 * codes[i].Share:0.0} %"));
            page.Paper(x, y + Caption, Cell, height);
            page.Line(SvgPath.Trace(codes[i].Millivolts, x, y + Caption + above, every: 3));
        }

        int rows = (codes.Count + columns - 1) / columns;
        return page.ToString("Rhythm codes", Gap + (Math.Min(columns, codes.Count) * (Cell + Gap)), Gap + (rows * (height + Caption + Gap)));
    }

    /// <summary>Millimetres for so many millivolts to one side of the line, in whole large squares.</summary>
    private static double Squares(double millivolts) =>
        Math.Clamp(5 * Math.Ceiling((millivolts * SvgPath.MillimetresPerMillivolt) / 5), 5, Most);
}
