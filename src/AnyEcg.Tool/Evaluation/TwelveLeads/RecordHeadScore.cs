namespace AnyEcg.Tool;

/// <summary>What the record heads said of one recording, and what its list says.</summary>
/// <param name="Anomaly">Probability that anything is abnormal.</param>
/// <param name="Arrhythmia">Probabilities in the order of the model's classes.</param>
/// <param name="Truth">The list's word.</param>
internal sealed record LabelledRecord(float Anomaly, IReadOnlyList<float> Arrhythmia, RecordLabels Truth);

/// <summary>A score over recordings that have a label: area under the ROC curve, F1 at a probability of one half. Null where undefined.</summary>
internal sealed record RecordHeadScore(string Name, int Positive, int Negative, double? Auroc, Interval? AurocInterval, double? F1, Interval? F1Interval)
{
    private const double Threshold = 0.5;

    /// <summary>Normal against abnormal.</summary>
    public static RecordHeadScore OfAnomaly(IReadOnlyList<LabelledRecord> records, Bootstrap bootstrap) =>
        Of("abnormal", [.. records.Where(r => r.Truth.Abnormal is not null).Select(r => new Scored(r.Anomaly, r.Truth.Abnormal == true))], bootstrap);

    /// <summary>One class; recordings of whose class nothing is known are left out.</summary>
    /// <param name="records">All recordings.</param>
    /// <param name="index">Place of the class in the model's output.</param>
    /// <param name="name">Its name in the list.</param>
    /// <param name="bootstrap">For the intervals.</param>
    public static RecordHeadScore OfClass(IReadOnlyList<LabelledRecord> records, int index, string name, Bootstrap bootstrap) =>
        Of(name, [.. records.Where(r => !r.Truth.Unknown.Contains(name)).Select(r => new Scored(r.Arrhythmia[index], r.Truth.Labels.Contains(name)))], bootstrap);

    private static RecordHeadScore Of(string name, Scored[] items, Bootstrap bootstrap)
    {
        int positive = items.Count(item => item.Positive);
        return new RecordHeadScore(name, positive, items.Length - positive, RocCurve.Area(items), bootstrap.Of(items, RocCurve.Area), F1Of(items), bootstrap.Of(items, F1Of));
    }

    private static double? F1Of(IReadOnlyList<Scored> items)
    {
        int called = items.Count(item => item.Score >= Threshold), there = items.Count(item => item.Positive);
        return there == 0 ? null : Tally.Ratio(2.0 * items.Count(item => item.Positive && item.Score >= Threshold), called + there);
    }
}
