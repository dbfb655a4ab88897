namespace AnyEcg.Protocol;

/// <summary>The marks of the alerts in one row of a drawn strip, their labels in lanes above the leads so that they do not cover each other.</summary>
internal sealed class StripDrawingMarks
{
    private const double LaneHeight = 4, LetterWidth = 1.5;
    private const int MostLanes = 6;

    private readonly List<(double X, int Lane, string Label, string Colour)> marks = [];
    private readonly List<double> lanes = [];

    public StripDrawingMarks(EcgStrip strip, double from)
    {
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
        foreach ((double x, int lane, string label, string colour) in marks)
        {
            double y = top - ((lanes.Count - lane) * LaneHeight);
            page.Line($"M{SvgPath.Text(x)} {SvgPath.Text(y)}V{SvgPath.Text(top + height)}", colour, 0.25, "class=\"mark\"");
            page.Text(x + 0.7, y + 2.7, label, $"font-size=\"2.4\" fill=\"{colour}\"");
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

    /// <summary>In the first lane that is free; where all are taken, in the one that is free soonest.</summary>
    private void Add(double x, string label, string colour)
    {
        int lane = lanes.FindIndex(end => end <= x);
        if (lane < 0 && lanes.Count < MostLanes)
        {
            lane = lanes.Count;
            lanes.Add(0);
        }
        else if (lane < 0)
        {
            lane = lanes.IndexOf(lanes.Min());
        }

        lanes[lane] = x + 2 + (label.Length * LetterWidth);
        marks.Add((x, lane, label, colour));
    }
}
