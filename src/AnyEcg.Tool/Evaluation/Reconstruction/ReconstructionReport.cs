using System.Globalization;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>A figure over records with its bootstrap interval.</summary>
internal readonly record struct LeadFigure(double Median, Interval? Interval);

/// <summary>Medians over records: for each time of loss, lead and method. The lead null stands for all six, each record by its mean over them.</summary>
internal sealed class ReconstructionReport(IReadOnlyList<LeadRecord> records, Bootstrap bootstrap)
{
    private static readonly (string Name, Func<LeadFit, double> Of)[] Measures =
    [
        ("correlation", fit => fit.Correlation), ("maeMv", fit => fit.MaeMv), ("rmseMv", fit => fit.RmseMv), ("psnrDb", fit => fit.PsnrDb),
    ];

    private static readonly Lead?[] Lost = [Lead.V1, Lead.V2, Lead.V3, Lead.V4, Lead.V5, Lead.V6, null];

    public int Records => records.Count;

    /// <summary>The median over records of a measure.</summary>
    public LeadFigure Median(LeadLoss loss, Lead? lead, LeadMethod method, Func<LeadFit, double> of)
    {
        double[] values = [.. records.Select(record => Value(record, loss, lead, method, of))];
        return Median(values);
    }

    /// <summary>The median over records of what the reconstruction's correlation is above a baseline's.</summary>
    public LeadFigure Gain(LeadLoss loss, Lead? lead, LeadMethod baseline)
    {
        double[] values =
        [
            .. records.Select(record => Value(record, loss, lead, LeadMethod.Reconstruction, fit => fit.Correlation)
                - Value(record, loss, lead, baseline, fit => fit.Correlation)),
        ];
        return Median(values);
    }

    public void WriteJson(Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("records", records.Count);
        json.WriteStartArray("medians");
        foreach ((LeadLoss loss, Lead? lead, LeadMethod method) in Rows())
        {
            json.WriteStartObject();
            json.WriteString("lost", Name(loss));
            json.WriteString("lead", lead?.ToString() ?? "V1-V6");
            json.WriteString("method", Name(method));
            foreach ((string name, Func<LeadFit, double> of) in Measures)
            {
                Write(json, name, Median(loss, lead, method, of));
            }

            if (method != LeadMethod.Reconstruction)
            {
                Write(json, "correlationGain", Gain(loss, lead, method));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One table for each time of loss, as GitHub reads it.</summary>
    public void WriteMarkdown(TextWriter text)
    {
        foreach (LeadLoss loss in Enum.GetValues<LeadLoss>())
        {
            text.WriteLine(Invariant($"Lost {Name(loss)}; {records.Count} records; medians over records, 95 % bootstrap intervals."));
            text.WriteLine();
            text.WriteLine("| lead | method | correlation | MAE, mV | RMSE, mV | PSNR, dB | reconstruction's correlation is higher by |");
            text.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
            foreach ((_, Lead? lead, LeadMethod method) in Rows().Where(row => row.Loss == loss))
            {
                string gain = method == LeadMethod.Reconstruction ? "" : Text(Gain(loss, lead, method), "F4");
                string[] cells = [.. Measures.Select((measure, i) => Text(Median(loss, lead, method, measure.Of), i == 3 ? "F1" : i == 0 ? "F4" : "F3"))];
                text.WriteLine(Invariant($"| {lead?.ToString() ?? "V1-V6"} | {Name(method)} | {string.Join(" | ", cells)} | {gain} |"));
            }

            text.WriteLine();
        }
    }

    private static IEnumerable<(LeadLoss Loss, Lead? Lead, LeadMethod Method)> Rows() =>
        from loss in Enum.GetValues<LeadLoss>()
        from lead in Lost
        from method in Enum.GetValues<LeadMethod>()
        where loss == LeadLoss.AfterFiveSeconds || method != LeadMethod.RecordLeastSquares
        select (loss, lead, method);

    private static double Value(LeadRecord record, LeadLoss loss, Lead? lead, LeadMethod method, Func<LeadFit, double> of) =>
        record.Cases.Where(c => c.Loss == loss && c.Method == method && (lead is null || c.Lead == lead)).Average(c => of(c.Fit));

    private LeadFigure Median(double[] values) =>
        new(Middle(values) ?? double.NaN, bootstrap.Of(values, Middle));

    private static double? Middle(IReadOnlyList<double> values) => Percentile.Of(values, 50);

    private static void Write(Utf8JsonWriter json, string name, LeadFigure figure)
    {
        json.WriteStartObject(name);
        json.WriteNumber("median", Math.Round(figure.Median, 6));
        if (figure.Interval is { } interval)
        {
            json.WriteNumber("low", Math.Round(interval.Low, 6));
            json.WriteNumber("high", Math.Round(interval.High, 6));
        }

        json.WriteEndObject();
    }

    private static string Text(LeadFigure figure, string format) => figure.Interval is { } interval
        ? string.Create(CultureInfo.InvariantCulture, $"{figure.Median.ToString(format, CultureInfo.InvariantCulture)} ({interval.Low.ToString(format, CultureInfo.InvariantCulture)} to {interval.High.ToString(format, CultureInfo.InvariantCulture)})")
        : figure.Median.ToString(format, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Name(LeadLoss loss) => loss == LeadLoss.WholeRecord ? "for the whole record" : "after five seconds";

    private static string Name(LeadMethod method) => method switch
    {
        LeadMethod.Reconstruction => "reconstruction",
        LeadMethod.PopulationLeastSquares => "least squares, population",
        LeadMethod.RecordLeastSquares => "least squares, the record's past",
        _ => "least squares, fitted on what is scored",
    };
}
