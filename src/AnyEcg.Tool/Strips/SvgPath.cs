using System.Globalization;
using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// A trace as the data of an SVG path in millimetres, in steps of 0.01 mm. Of so many samples one is drawn, the one farthest from
/// the straight line between the point before and the sample after, so that no peak is lost; a missing sample lifts the pen. Points are
/// relative, but to rounded points: errors do not add up.
/// </summary>
internal static class SvgPath
{
    public const double MillimetresPerSecond = 25, MillimetresPerMillivolt = 10;

    /// <param name="millivolts">At 300 Hz, NaN where there are none.</param>
    /// <param name="left">Of sample 0, in millimetres.</param>
    /// <param name="baseline">Of 0 mV, in millimetres from the top.</param>
    /// <param name="every">Samples for one point: 2 gives 150 points a second.</param>
    public static string Trace(ReadOnlySpan<float> millivolts, double left, double baseline, int every = 2)
    {
        StringBuilder path = new();
        (int X, int Y)? pen = null;
        int before = -1;
        for (int start = 0; start < millivolts.Length; start += every)
        {
            int at = Farthest(millivolts, start, Math.Min(millivolts.Length, start + every), pen is null ? start : before);
            if (at < 0)
            {
                pen = null;
                continue;
            }

            before = at;
            int x = Hundredths(left + (at * MillimetresPerSecond / PatchSecond.ModelRateHz));
            int y = Hundredths(baseline - (millivolts[at] * MillimetresPerMillivolt));
            Append(path, pen, x, y);
            pen = (x, y);
        }

        return path.ToString();
    }

    /// <summary>Hundredths of a millimetre as text without needless zeros.</summary>
    public static string Text(int hundredths)
    {
        string text = (hundredths / 100.0).ToString("0.##", CultureInfo.InvariantCulture);
        return text.StartsWith("0.", StringComparison.Ordinal) ? text[1..] : text.StartsWith("-0.", StringComparison.Ordinal) ? $"-{text[2..]}" : text;
    }

    public static string Text(double millimetres) => Text(Hundredths(millimetres));

    private static int Hundredths(double millimetres) => (int)Math.Round(100 * millimetres);

    /// <summary>Of [start, end) the sample farthest from the line; -1 where one is missing.</summary>
    private static int Farthest(ReadOnlySpan<float> millivolts, int start, int end, int before)
    {
        int after = end < millivolts.Length && !float.IsNaN(millivolts[end]) ? end : end - 1;
        float slope = (millivolts[after] - millivolts[before]) / Math.Max(1, after - before);
        (int best, float most) = (-1, -1);
        for (int i = start; i < end; i++)
        {
            if (float.IsNaN(millivolts[i]))
                return -1;
            float away = Math.Abs(millivolts[i] - millivolts[before] - (slope * (i - before)));
            (best, most) = away > most ? (i, away) : (best, most);
        }

        return best;
    }

    private static void Append(StringBuilder path, (int X, int Y)? pen, int x, int y)
    {
        bool moves = pen is null;
        (int dx, int dy) = pen is { } p ? (x - p.X, y - p.Y) : (x, y);
        string second = Text(dy);
        path.Append(moves ? "M" : path[^1] == 'l' ? "" : " ").Append(Text(dx));
        path.Append(second.StartsWith('-') ? "" : " ").Append(second);
        path.Append(moves ? "l" : "");
    }
}
