using System.Globalization;
using System.Text.RegularExpressions;

namespace AnyEcg.Protocol.Tests;

/// <summary>Reads the data of an SVG path back.</summary>
internal static class SvgPoints
{
    /// <summary>The absolute points of a path of "M" and relative "l".</summary>
    public static List<(double X, double Y)> Of(string path)
    {
        List<(double X, double Y)> points = [];
        foreach (string part in path.Split('M', StringSplitOptions.RemoveEmptyEntries))
        {
            double[] numbers = [.. Regex.Matches(part, @"-?(\d+(\.\d+)?|\.\d+)").Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
            (double x, double y) = (0, 0);
            for (int i = 0; i + 1 < numbers.Length; i += 2)
            {
                (x, y) = (Math.Round(x + numbers[i], 2), Math.Round(y + numbers[i + 1], 2));
                points.Add((x, y));
            }
        }

        return points;
    }
}
