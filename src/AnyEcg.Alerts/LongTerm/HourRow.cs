namespace AnyEcg.Alerts;

/// <summary>The totals of one hour of the epoch: hour h holds the seconds [3600 h, 3600 h + 3600), as far as the stream had them.</summary>
public readonly record struct HourRow(long Hour, LongTermTotals Totals);
