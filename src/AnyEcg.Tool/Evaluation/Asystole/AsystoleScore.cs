using System.Text.Json.Serialization;
using AnyEcg.Alerts;

namespace AnyEcg.Tool;

/// <summary>One stretch of a record that was made a flat line, and whether that was noticed. Times in seconds.</summary>
internal sealed record AsystoleStretch
{
    /// <summary>What was asked for.</summary>
    public required double Wanted { get; init; }

    /// <summary>From the last QRS before the line to the first after it: <see cref="Wanted"/> or up to one beat more.</summary>
    public required double Pause { get; init; }

    /// <summary>The last QRS before the line.</summary>
    public required double From { get; init; }

    /// <summary>From that QRS to the arrival of the data with which the alert was raised; null: none was.</summary>
    public double? ToAlert { get; init; }

    /// <summary>Beats that the network found where there are none: between the two QRS, 150 ms from either.</summary>
    public int BeatsSeen { get; init; }

    /// <summary>What is flat: after the T wave of the last beat, to before the P wave of the next.</summary>
    [JsonIgnore]
    public Episode Line { get; init; }

    public bool Found => ToAlert is not null;
}

/// <summary>Simulated asystole of one record, or of many together.</summary>
internal sealed record AsystoleScore
{
    public IReadOnlyList<AsystoleStretch> Stretches { get; init; } = [];

    /// <summary>Asystole alerts where neither a stretch nor an annotated silence is.</summary>
    public int FalseAlerts { get; init; }

    public double Seconds { get; init; }

    public double? FoundShare => Tally.Ratio(Stretches.Count(s => s.Found), Stretches.Count);

    public static AsystoleScore operator +(AsystoleScore a, AsystoleScore b) => new()
    {
        Stretches = [.. a.Stretches, .. b.Stretches],
        FalseAlerts = a.FalseAlerts + b.FalseAlerts,
        Seconds = a.Seconds + b.Seconds,
    };

    /// <summary>The stretches against the alerts of the record they were put into.</summary>
    /// <param name="planned">As made.</param>
    /// <param name="result">What the pipeline made of the changed record.</param>
    /// <param name="truth">Of the changed record: the beats under the lines are gone.</param>
    public static AsystoleScore Of(IReadOnlyList<AsystoleStretch> planned, RecordResult result, RecordTruth truth)
    {
        RecordAlert[] alerts = [.. result.Alerts.Where(alert => alert.Kind == AlertKind.Asystole)];
        List<Episode> silences = AlertTruth.Of(AlertKind.Asystole, truth) ?? [];
        return new AsystoleScore
        {
            Stretches =
            [
                .. planned.Select(stretch => stretch with
                {
                    ToAlert = FirstIn(alerts, stretch)?.RaisedSeconds - stretch.From,
                    BeatsSeen = result.Beats.Count(beat => beat.Seconds > stretch.From + BeatMatcher.WindowSeconds
                        && beat.Seconds < stretch.From + stretch.Pause - BeatMatcher.WindowSeconds),
                }),
            ],
            FalseAlerts = alerts.Count(alert => !silences.Any(Extent(alert).Overlaps)),
            Seconds = result.Seconds,
        };
    }

    /// <summary>The silence that the alert is about must overlap the pause, give or take how exactly a QRS can be placed.</summary>
    private static RecordAlert? FirstIn(RecordAlert[] alerts, AsystoleStretch stretch) => alerts
        .Where(alert => new Episode(stretch.From, stretch.From + stretch.Pause).Widen(BeatMatcher.WindowSeconds).Overlaps(Extent(alert)))
        .MinBy(alert => alert.RaisedSeconds);

    private static Episode Extent(RecordAlert alert) => new(alert.OnsetSeconds, Math.Max(alert.DecidedSeconds, alert.OnsetSeconds + 1));
}
