using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// A strip as an SVG in true millimetres: 25 mm a second, 10 mm a millivolt, in rows of ten seconds that fit a landscape A4 page. In each row, from
/// above: the alerts' marks, the leads on paper with the calibration of 1 mV and 200 ms left of them, the times in UTC. The samples are drawn unfiltered, each lead
/// about its own median, since the offset of an electrode is many times the ECG: an offset above 0.1 mV is written beside its name.
/// Where no sample came the paper is hatched and empty; what leaves the paper is drawn on its edge in red and said. A function of the strip alone.
/// </summary>
public static class StripDrawing
{
    public const string ContentType = "image/svg+xml";

    internal const double Left = 20, Right = 5, RowSeconds = 10;

    private const double HeadHeight = 10, TimeHeight = 5;

    /// <summary>Draws it; at ten minutes of 16 leads at 1000 Hz some 23 MB of text.</summary>
    public static string Draw(EcgStrip strip)
    {
        ArgumentNullException.ThrowIfNull(strip);
        SvgPage page = new();
        string title = FormattableString.Invariant($"{strip.Key.Group}/{strip.Key.Stream}, epoch {strip.Range.Epoch}, from {IsoTime.Format(strip.StartNs)}");
        page.Text(2, 4, title, "font-weight=\"bold\"");
        page.Text(2, 8, FormattableString.Invariant($"25 mm/s 10 mm/mV, {strip.SampleRateHz:0.###} Hz, unfiltered, each lead about its median"), "fill=\"#5d6778\"");
        StripDrawingLead[] leads = [.. strip.Leads.Select(lead => new StripDrawingLead(lead, strip))];
        double y = HeadHeight;
        for (double from = 0; from < strip.Seconds; from += RowSeconds)
            y = Row(page, strip, leads, from, y);
        return page.ToString(title, Left + (Math.Min(RowSeconds, strip.Seconds) * SvgPath.MillimetresPerSecond) + Right, y);
    }

    private static double Row(SvgPage page, EcgStrip strip, StripDrawingLead[] leads, double from, double y)
    {
        StripDrawingMarks marks = new(strip, from);
        double seconds = Math.Min(RowSeconds, strip.Seconds - from);
        y += marks.Height;
        double top = y;
        foreach (StripDrawingLead lead in leads)
            y += lead.Draw(page, from, seconds, y);
        marks.Draw(page, top, y - top);
        Times(page, strip, from, seconds, y);
        return y + TimeHeight;
    }

    /// <summary>Whole seconds of the clock, where they lie.</summary>
    private static void Times(SvgPage page, EcgStrip strip, double from, double seconds, double y)
    {
        const long Second = 1_000_000_000;
        long start = strip.StartNs + (long)(from * Second), end = start + (long)(seconds * Second);
        for (long at = (start + Second - 1) / Second * Second; at < end; at += Second)
        {
            double x = Left + ((at - start) / (double)Second * SvgPath.MillimetresPerSecond);
            page.Line($"M{SvgPath.Text(x)} {SvgPath.Text(y)}v1", "#5d6778", 0.2);
            page.Text(x, y + 3.4, IsoTime.Format(at)[11..19], "text-anchor=\"middle\" font-size=\"2.2\" fill=\"#5d6778\"");
        }
    }
}
