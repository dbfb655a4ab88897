using System.Globalization;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>One lead of a drawn strip: its paper is as high in every row.</summary>
internal sealed class StripDrawingLead
{
    private const double Most = 40, Left = StripDrawing.Left;
    private const string Grey = "#5d6778", Red = "#b3121d", Halo = "stroke=\"#fff\" stroke-width=\".9\" paint-order=\"stroke\"";

    private readonly EcgStripLead lead;
    private readonly double rate;
    private readonly long first;
    private readonly double offset;
    private readonly double above;
    private readonly double below;

    public StripDrawingLead(EcgStripLead lead, EcgStrip strip)
    {
        (this.lead, rate, first) = (lead, strip.SampleRateHz, strip.Range.First);
        float[] values = [.. lead.Microvolts.Where(float.IsFinite)];
        Array.Sort(values);
        offset = values.Length > 0 ? values[values.Length / 2] / 1000.0 : 0;
        above = Squares(values.Length > 0 ? (values[^1] / 1000.0) - offset : 0, 10);
        below = Squares(values.Length > 0 ? offset - (values[0] / 1000.0) : 0, 5);
    }

    /// <summary>Draws the seconds [from, from + seconds) of the strip and returns the height of their paper.</summary>
    public double Draw(SvgPage page, double from, double seconds, double y)
    {
        double baseline = y + above;
        int start = (int)Math.Ceiling(from * rate), end = (int)Math.Min(lead.Microvolts.Length, Math.Ceiling((from + seconds) * rate));
        page.Paper(Left, y, seconds * SvgPath.MillimetresPerSecond, above + below);
        Gaps(page, from, start, end, y);
        Off(page, from, start, end, y);
        Names(page, baseline);

        // One sample more, so that a trace that goes on reaches the edge of its row.
        bool goesOn = end < lead.Microvolts.Length && end > start && !float.IsNaN(lead.Microvolts[end - 1]);
        float[] millivolts = Millivolts(start, goesOn ? end + 1 : end);
        page.Line(SvgPath.Trace(millivolts, X(start, from), baseline, Math.Max(1, (int)(rate / 250)), rate), style: "stroke-linecap=\"round\" class=\"trace\"");
        Clipped(page, millivolts, X(start, from), y);
        return above + below;
    }

    /// <summary>Millimetres for so many millivolts and one to spare, in whole large squares.</summary>
    private static double Squares(double millivolts, double least) =>
        Math.Clamp(5 * Math.Ceiling(((millivolts * SvgPath.MillimetresPerMillivolt) + 1) / 5), least, Most);

    private static string Signed(double millivolts) => millivolts.ToString("+0.#;-0.#", CultureInfo.InvariantCulture);

    private double X(int sample, double from) => Left + (((sample / rate) - from) * SvgPath.MillimetresPerSecond);

    private void Names(SvgPage page, double baseline)
    {
        page.Text(2, baseline + 1, lead.Name, "font-weight=\"bold\"");
        if (Math.Abs(offset) >= 0.1)
            page.Text(2, baseline + 3.8, $"offset {Signed(offset)} mV", $"font-size=\"1.6\" fill=\"{Grey}\"");
        page.Line($"M{SvgPath.Text(Left - 8)} {SvgPath.Text(baseline)}h1.5v-10h5v10h1.5", Grey);
    }

    private void Gaps(SvgPage page, double from, int start, int end, double y)
    {
        for (int i = start; i < end; i++)
        {
            if (!float.IsNaN(lead.Microvolts[i]))
                continue;
            int gap = i;
            while (i < end && float.IsNaN(lead.Microvolts[i]))
                i++;
            double width = (i - gap) / rate * SvgPath.MillimetresPerSecond;
            page.Hatch(X(gap, from), y, width, above + below);
            if (width >= 12)
                page.Text(X(gap, from) + (width / 2), y + 3.5, "no data", $"text-anchor=\"middle\" fill=\"{Grey}\" {Halo}");
        }
    }

    private void Off(SvgPage page, double from, int start, int end, double y)
    {
        foreach (StripSpan span in lead.Off)
        {
            int a = (int)Math.Max(span.From - first, start), b = (int)Math.Min(span.To - first, end);
            if (a >= b)
                continue;
            double width = (b - a) / rate * SvgPath.MillimetresPerSecond;
            page.Band(X(a, from), y + above + below - 3, width, 3, "#ffd98a");
            if (width >= 12)
                page.Text(X(a, from) + 1, y + above + below - 0.8, "lead off", "font-size=\"2.2\"");
        }
    }

    /// <summary>The trace about its median, held at the edges of the paper.</summary>
    private float[] Millivolts(int start, int end)
    {
        float[] millivolts = new float[end - start];
        for (int i = 0; i < millivolts.Length; i++)
        {
            double value = (lead.Microvolts[start + i] / 1000.0) - offset;
            millivolts[i] = (float)Math.Clamp(value, -below / SvgPath.MillimetresPerMillivolt, above / SvgPath.MillimetresPerMillivolt);
        }

        return millivolts;
    }

    /// <summary>A red bar along the edge for every run of samples that are beyond it, and what that is in millivolts.</summary>
    private void Clipped(SvgPage page, float[] millivolts, double left, double y)
    {
        float high = (float)(above / SvgPath.MillimetresPerMillivolt), low = (float)(-below / SvgPath.MillimetresPerMillivolt);
        bool any = false;
        for (int i = 0; i < millivolts.Length; i++)
        {
            float edge = millivolts[i];
            if (!(edge >= high || edge <= low))
                continue;
            int run = i;
            while (i + 1 < millivolts.Length && millivolts[i + 1].Equals(edge))
                i++;
            double x = left + (run / rate * SvgPath.MillimetresPerSecond);
            double width = Math.Max(0.5, (i - run) / rate * SvgPath.MillimetresPerSecond);
            page.Line($"M{SvgPath.Text(x)} {SvgPath.Text(edge > 0 ? y + 0.4 : y + above + below - 0.4)}h{SvgPath.Text(width)}", Red, 0.8);
            any = true;
        }

        if (!any)
            return;
        page.Text(2, y + above - 5, "clipped at", $"font-size=\"1.8\" fill=\"{Red}\"");
        page.Text(2, y + above - 2.8, $"{Signed(high + offset)}/{Signed(low + offset)} mV", $"font-size=\"1.8\" fill=\"{Red}\"");
    }
}
