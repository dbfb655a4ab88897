using System.Globalization;
using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// A trace as the data of an SVG path in millimetres, in steps of 0.01 mm. Of so many samples one is drawn, a peak or a
/// trough where there is one; a missing sample lifts the pen. Points are relative, but to rounded points: errors do not add up.
/// </summary>
public static class SvgPath
{
    public const double MillimetresPerSecond = 25, MillimetresPerMillivolt = 10;

    /// <summary>The data of a path; empty where there is no sample.</summary>
    /// <param name="millivolts">NaN where there are none.</param>
    /// <param name="left">Of sample 0, in millimetres.</param>
    /// <param name="baseline">Of 0 mV, in millimetres from the top.</param>
    /// <param name="every">Samples for one point: at 300 Hz, 2 gives 150 points a second.</param>
    /// <param name="rateHz">Samples in a second.</param>
    public static string Trace(ReadOnlySpan<float> millivolts, double left, double baseline, int every = 2, double rateHz = PatchSecond.ModelRateHz)
    {
        StringBuilder path = new();
        (int X, int Y)? pen = null;
        for (int start = 0; start < millivolts.Length; start += every)
        {
            int at = Telling(millivolts, start, Math.Min(millivolts.Length, start + every));
            if (at < 0)
            {
                Close(path);
                pen = null;
                continue;
            }

            int x = Hundredths(left + (at * MillimetresPerSecond / rateHz));
            int y = Hundredths(baseline - (millivolts[at] * MillimetresPerMillivolt));
            Append(path, pen, x, y);
            pen = (x, y);
        }

        Close(path);
        return path.ToString();
    }

    /// <summary>Hundredths of a millimetre as text without needless zeros.</summary>
    public static string Text(int hundredths)
    {
        string text = (hundredths / 100.0).ToString("0.##", CultureInfo.InvariantCulture);
        return text.StartsWith("0.", StringComparison.Ordinal) ? text[1..] : text.StartsWith("-0.", StringComparison.Ordinal) ? $"-{text[2..]}" : text;
    }

    /// <summary>Millimetres, rounded to hundredths.</summary>
    public static string Text(double millimetres) => Text(Hundredths(millimetres));

    private static int Hundredths(double millimetres) => (int)Math.Round(100 * millimetres);

    /// <summary>Of [start, end) the sample that turns most, else the first; -1 where one is missing.</summary>
    private static int Telling(ReadOnlySpan<float> millivolts, int start, int end)
    {
        (int best, float most) = (start, 0);
        for (int i = start; i < end; i++)
        {
            if (float.IsNaN(millivolts[i]))
                return -1;
            float up = i > 0 ? millivolts[i] - millivolts[i - 1] : 0;
            float down = i + 1 < millivolts.Length ? millivolts[i] - millivolts[i + 1] : 0;
            float turn = up * down >= 0 ? Math.Abs(up + down) : 0;
            (best, most) = turn > most ? (i, turn) : (best, most);
        }

        return best;
    }

    /// <summary>A point that stands alone is a line of no length: a dot where the line's ends are round.</summary>
    private static void Close(StringBuilder path)
    {
        if (path.Length > 0 && path[^1] == 'l')
            path.Append("0 0");
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
