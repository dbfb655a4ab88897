using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// A strip as an SVG: 25 mm a second, 10 mm a millivolt, paper behind the trace; above it the beats as annotated and as found (red
/// where the two differ, by the pairing of EC57), below it the rhythms. Left of each lead the calibration of 1 mV and 200 ms.
/// </summary>
internal static class StripSvg
{
    private const double Left = 20, Top = 5, RowHeight = 5, Right = 5;

    private static readonly (string Name, string Colour)[] Rhythms =
    [
        ("sinus", "#cfe8d5"), ("AF", "#f6c78b"), ("flutter", "#f3e08a"), ("SVT", "#c5d2f5"), ("VT", "#f19c9c"), ("VF", "#dd7373"),
        ("paced", "#d9c6ea"), ("other", "#dddddd"), ("unreadable", "#bdbdbd"),
    ];

    public static string Draw(Strip strip)
    {
        SvgPage page = new();
        double width = strip.Seconds * SvgPath.MillimetresPerSecond;
        double y = Top;
        page.Text(Left, y - 1, $"{strip.Title}; 25 mm/s, 10 mm/mV, 0.5-75 Hz");
        HashSet<(StripReading, TimedBeat)> wrong = Wrong(strip);
        foreach (StripReading reading in strip.Readings.Where(r => r.Beats is not null))
        {
            Beats(page, strip, reading, wrong, y);
            y += RowHeight;
        }

        foreach (StripLead lead in strip.Leads)
            y += Lead(page, lead, width, y);
        Seconds(page, strip, y);
        y += RowHeight;
        foreach (StripReading reading in strip.Readings.Where(r => r.Rhythms is not null))
        {
            Bands(page, strip, reading, y);
            y += RowHeight;
        }

        return page.ToString(strip.Title, Left + width + Right, y + 1);
    }

    /// <summary>Draws a lead and returns the height of its paper, whole large squares.</summary>
    private static double Lead(SvgPage page, StripLead lead, double width, double y)
    {
        (double low, double high) = (-0.5, 1);
        foreach (float value in lead.Millivolts.Where(v => !float.IsNaN(v)))
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        double above = 5 * Math.Ceiling(((high * SvgPath.MillimetresPerMillivolt) + 1) / 5);
        double height = above + (5 * Math.Ceiling(((-low * SvgPath.MillimetresPerMillivolt) + 1) / 5));
        double baseline = y + above;
        page.Paper(Left, y, width, height);
        page.Text(2, baseline + 1, lead.Name, "font-weight=\"bold\"");
        page.Line($"M{SvgPath.Text(Left - 8)} {SvgPath.Text(baseline)}h1.5v-10h5v10h1.5", "#5d6778");
        page.Line(SvgPath.Trace(lead.Millivolts, Left, baseline));
        return height;
    }

    private static void Beats(SvgPage page, Strip strip, StripReading reading, HashSet<(StripReading, TimedBeat)> wrong, double y)
    {
        page.Text(2, y + 3.5, reading.Title, "font-size=\"2.6\" fill=\"#5d6778\"");
        foreach (TimedBeat beat in reading.Beats!)
        {
            string look = wrong.Contains((reading, beat)) ? "fill=\"#b3121d\" font-weight=\"bold\"" : beat.Class == BeatClass.N ? "fill=\"#8a93a3\"" : "font-weight=\"bold\"";
            page.Text(At(strip, beat.Seconds), y + 3.5, beat.Class.ToString(), $"text-anchor=\"middle\" {look}");
        }
    }

    private static void Bands(SvgPage page, Strip strip, StripReading reading, double y)
    {
        page.Text(2, y + 3.5, reading.Title, "font-size=\"2.6\" fill=\"#5d6778\"");
        foreach (RhythmSpan span in reading.Rhythms!)
        {
            (string name, string colour) = Rhythms[(int)span.Rhythm];
            double x = At(strip, span.Episode.Start);
            page.Band(x, y + 0.5, span.Episode.Seconds * SvgPath.MillimetresPerSecond, 4, colour);
            page.Text(x + 1, y + 3.5, span.Label is "" or "[" ? name : span.Label.TrimStart('('));
        }
    }

    private static void Seconds(SvgPage page, Strip strip, double y)
    {
        for (double second = Math.Ceiling(strip.From); second <= strip.From + strip.Seconds; second++)
            page.Text(At(strip, second), y + 3, AnalysisRows.Clock((long)second), "text-anchor=\"middle\" font-size=\"2.2\" fill=\"#5d6778\"");
    }

    private static double At(Strip strip, double seconds) => Left + ((seconds - strip.From) * SvgPath.MillimetresPerSecond);

    /// <summary>Beats that only one of the two has, or of another class; none where there is nothing to compare with.</summary>
    private static HashSet<(StripReading, TimedBeat)> Wrong(Strip strip)
    {
        HashSet<(StripReading, TimedBeat)> wrong = [];
        if (strip.Annotated?.Beats is not { } annotated || strip.Found.Beats is not { } found)
            return wrong;
        foreach ((TimedBeat? truth, TimedBeat? claim) in BeatMatcher.Pair(annotated, found))
        {
            if (truth?.Class == claim?.Class)
                continue;
            if (truth is { } a)
                wrong.Add((strip.Annotated, a));
            if (claim is { } b)
                wrong.Add((strip.Found, b));
        }

        return wrong;
    }
}
