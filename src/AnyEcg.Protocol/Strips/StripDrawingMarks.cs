namespace AnyEcg.Protocol;

/// <summary>The marks of the alerts in one row of a drawn strip, their labels in lanes above the leads so that they do not cover each other.</summary>
internal sealed class StripDrawingMarks
{
    private const double LaneHeight = 4, LetterWidth = 1.5;
    private const int MostLanes = 6;

    private readonly List<Mark> marks = [];
    private readonly List<double> lanes = [];
    private readonly double rightEdge;

    public StripDrawingMarks(EcgStrip strip, double from)
    {
        rightEdge = StripDrawing.Left + (Math.Min(StripDrawing.RowSeconds, strip.Seconds) * SvgPath.MillimetresPerSecond) + StripDrawing.Right;
        foreach ((long sample, string label, string colour) in strip.Alerts.SelectMany(Marks).OrderBy(mark => mark.Sample))
        {
            double seconds = ((sample - strip.Range.First) / strip.SampleRateHz) - from;
            if (seconds >= 0 && seconds < Math.Min(StripDrawing.RowSeconds, strip.Seconds - from))
                Add(StripDrawing.Left + (seconds * SvgPath.MillimetresPerSecond), label, colour);
        }

        // Paper lies on multiples of 5 mm of the page.
        Height = 5 * Math.Ceiling(((lanes.Count * LaneHeight) + 1) / 5);
    }

    /// <summary>Room above the leads.</summary>
    public double Height { get; }

    public void Draw(SvgPage page, double top, double height)
    {
        foreach (Mark mark in marks)
        {
            double y = top - ((lanes.Count - mark.Lane) * LaneHeight);
            page.Line($"M{SvgPath.Text(mark.X)} {SvgPath.Text(y)}V{SvgPath.Text(top + height)}", mark.Colour, 0.25, "class=\"mark\"");
            string anchor = mark.LabelLeft ? " text-anchor=\"end\"" : string.Empty;
            page.Text(mark.X + (mark.LabelLeft ? -0.7 : 0.7), y + 2.7, mark.Label, $"font-size=\"2.4\" fill=\"{mark.Colour}\"{anchor}");
        }
    }

    private static IEnumerable<(long Sample, string Label, string Colour)> Marks(StripAlert alert)
    {
        string name = alert.Kind.WireName();
        yield return (alert.Onset, $"{name}: onset", "#b3121d");
        yield return (alert.Decided, $"{name}: decided", "#a85b00");
        if (alert.End is long end)
            yield return (end, $"{name}: end", "#1f7a3d");
    }

    /// <summary>
    /// In the first lane that is free; where all are taken, in the one that is free soonest. A label that would leave the paper stands
    /// before its line.
    /// </summary>
    private void Add(double x, string label, string colour)
    {
        double width = 2 + (label.Length * LetterWidth);
        bool left = x + width > rightEdge;
        double from = left ? x - width : x;
        int lane = lanes.FindIndex(end => end <= from);
        if (lane < 0 && lanes.Count < MostLanes)
        {
            lane = lanes.Count;
            lanes.Add(0);
        }
        else if (lane < 0)
        {
            lane = lanes.IndexOf(lanes.Min());
        }

        lanes[lane] = left ? x : x + width;
        marks.Add(new Mark(x, lane, label, colour, left));
    }

    private readonly record struct Mark(double X, int Lane, string Label, string Colour, bool LabelLeft);
}
