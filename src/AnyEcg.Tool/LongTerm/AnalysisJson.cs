using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Analyses as one JSON document whose keys users' scripts rely on. Starts are seconds from the record's start; what is not defined
/// (no beat, no episode, nothing analysed) is null; what a reader says nothing of (beats, rhythms) is left out.
/// </summary>
internal static class AnalysisJson
{
    public static void Write(Stream stream, IReadOnlyList<Analysis> analyses)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("records");
        foreach (Analysis analysis in analyses)
        {
            json.WriteStartObject();
            json.WriteString("name", analysis.Name);
            json.WriteString("modelId", analysis.ModelId);
            Number(json, "seconds", analysis.Seconds);
            Column(json, "found", analysis.Found);
            Column(json, "annotated", analysis.Annotated);
            json.WriteStartObject("alerts");
            foreach ((AlertKindRow kind, int count) in analysis.Alerts)
            {
                json.WriteNumber(kind.Name, count);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Column(Utf8JsonWriter json, string name, AnalysisColumn? column)
    {
        if (column is null)
        {
            json.WriteNull(name);
            return;
        }

        LongTermSummary summary = column.Summary;
        json.WriteStartObject(name);
        Totals(json, column, summary.Totals);
        if (column.HasBeats)
        {
            Extremes(json, summary);
        }

        if (column.HasRhythm)
        {
            Episodes(json, summary);
        }

        json.WriteStartArray("hours");
        foreach (HourRow row in summary.Hours)
        {
            json.WriteStartObject();
            json.WriteNumber("hour", row.Hour);
            Totals(json, column, row.Totals);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Extremes(Utf8JsonWriter json, LongTermSummary summary)
    {
        json.WriteStartObject("extremes");
        Rate(json, "lowestRate", summary.SlowestRate);
        Rate(json, "highestRate", summary.FastestRate);
        Fact(json, "longestPause", summary.LongestPause?.Start, ("seconds", summary.LongestPause?.Seconds));
        Run(json, "longestVentricularRun", summary.LongestVentricularRun);
        Run(json, "fastestVentricularRun", summary.FastestVentricularRun);
        Run(json, "longestSupraventricularRun", summary.LongestSupraventricularRun);
        Run(json, "fastestSupraventricularRun", summary.FastestSupraventricularRun);
        json.WriteEndObject();
    }

    private static void Totals(Utf8JsonWriter json, AnalysisColumn column, LongTermTotals totals)
    {
        json.WriteStartObject("seconds");
        json.WriteNumber("span", totals.Span);
        json.WriteNumber("analysed", totals.Analysed);
        json.WriteNumber("unreadable", totals.SecondsOf(SecondFate.Unreadable));
        json.WriteNumber("unscored", totals.SecondsOf(SecondFate.Unscored));
        json.WriteNumber("lost", totals.SecondsOf(SecondFate.Lost));
        json.WriteNumber("doubtful", totals.Doubtful);
        json.WriteEndObject();
        if (column.HasBeats)
        {
            Beats(json, totals);
        }

        if (column.HasRhythm)
        {
            json.WriteStartObject("rhythmSeconds");
            foreach (RhythmClass rhythm in Enum.GetValues<RhythmClass>())
            {
                json.WriteNumber(RhythmKeys.Of(rhythm), totals.SecondsOf(rhythm));
            }

            json.WriteEndObject();
            Number(json, "afBurden", totals.Burden(RhythmClass.AtrialFibrillation));
        }

        Number(json, "meanAnomaly", totals.MeanAnomaly);
        Number(json, "meanSurprise", totals.MeanSurprise);
    }

    private static void Beats(Utf8JsonWriter json, LongTermTotals totals)
    {
        json.WriteStartObject("beats");
        json.WriteNumber("all", totals.Beats);
        foreach (BeatClass beat in Enum.GetValues<BeatClass>())
        {
            json.WriteNumber(beat.ToString().ToLowerInvariant(), totals.BeatsOf(beat));
        }

        json.WriteEndObject();
        json.WriteStartObject("heartRate");
        Number(json, "mean", totals.MeanRate);
        Number(json, "lowest", totals.MinRate);
        Number(json, "highest", totals.MaxRate);
        json.WriteEndObject();
        Ectopy(json, "ventricular", totals, BeatClass.V, totals.Ventricular);
        Ectopy(json, "supraventricular", totals, BeatClass.S, totals.Supraventricular);
        Number(json, "bigeminySeconds", (double)totals.BigeminySamples / PatchSecond.ModelRateHz);
        Number(json, "trigeminySeconds", (double)totals.TrigeminySamples / PatchSecond.ModelRateHz);
        json.WriteNumber("pauses", totals.Pauses);
        json.WriteNumber("longPauses", totals.LongPauses);
    }

    private static void Ectopy(Utf8JsonWriter json, string name, LongTermTotals totals, BeatClass beat, RunTotals runs)
    {
        json.WriteStartObject(name);
        Number(json, "perHour", totals.PerHour(beat));
        Number(json, "share", totals.ShareOf(beat));
        json.WriteNumber("couplets", runs.Couplets);
        json.WriteNumber("runs", runs.Runs);
        json.WriteNumber("fastRuns", runs.FastRuns);
        json.WriteEndObject();
    }

    private static void Episodes(Utf8JsonWriter json, LongTermSummary summary)
    {
        json.WriteStartObject("episodes");
        foreach (RhythmClass rhythm in LongTermTracker.EpisodeRhythms)
        {
            EpisodeFact? longest = summary.LongestEpisodes.TryGetValue(rhythm, out EpisodeFact fact) ? fact : null;
            json.WriteStartObject(RhythmKeys.Of(rhythm));
            json.WriteNumber("count", summary.Totals.EpisodesOf(rhythm));
            Fact(json, "longest", longest?.Start, ("seconds", longest?.Seconds));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Rate(Utf8JsonWriter json, string name, RateFact? fact) => Fact(json, name, fact?.Start, ("rate", fact?.Rate));

    private static void Run(Utf8JsonWriter json, string name, RunFact? run) => Fact(json, name, run?.Start, ("beats", run?.Beats), ("rate", run?.Rate));

    private static void Fact(Utf8JsonWriter json, string name, EcgPlace? start, params ReadOnlySpan<(string Key, double? Value)> values)
    {
        if (start is not { } place)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        Number(json, "startSeconds", (double)place.Sample / PatchSecond.ModelRateHz);
        foreach ((string key, double? value) in values)
        {
            Number(json, key, value);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
