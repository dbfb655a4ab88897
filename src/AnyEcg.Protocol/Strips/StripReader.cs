using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>Reading side of <see cref="StripDocument"/>: every fault is null.</summary>
internal static class StripReader
{
    public static EcgStrip? Read(JsonElement root)
    {
        const int Most = StripRange.MaxSeconds * (int)StreamFormat.MaxSampleRateHz;
        bool good = root.TryText("group", out string? group)
            & root.TryText("stream", out string? stream)
            & root.TryText("time", out string? time)
            & root.TryInteger("epoch", 0, uint.MaxValue, null, out long? epoch)
            & root.TryInteger("firstSample", 0, long.MaxValue - Most, null, out long? first)
            & root.TryInteger("samples", 1, Most, null, out long? count)
            & root.TryNumber("sampleRateHz", out double rate);
        if (!good || group is null || stream is null || time is null || epoch is null || first is null || count is null || !(rate > 0)
            || !IsoTime.TryParse(Encoding.UTF8.GetBytes(time), out long startNs)
            || All(root, "leads", item => Lead(item, (int)count)) is not { Length: > 0 and <= LeadSet.MaxLeads } leads
            || All(root, "alerts", Alert) is not { } alerts)
            return null;

        return new EcgStrip
        {
            Key = new StreamKey(group, stream),
            Range = new StripRange((uint)epoch, first.Value, (int)count),
            SampleRateHz = rate,
            StartNs = startNs,
            Leads = leads,
            Alerts = alerts,
        };
    }

    /// <summary>The items of an array; null where it or one of them is not as it should be.</summary>
    private static ImmutableArray<T>? All<T>(JsonElement root, string name, Func<JsonElement, T?> read)
        where T : class
    {
        if (!root.TryGetProperty(name, out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            return null;
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        foreach (JsonElement element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object || read(element) is not { } item)
                return null;
            items.Add(item);
        }

        return items.ToImmutable();
    }

    private static StripAlert? Alert(JsonElement item)
    {
        bool good = item.TryText("alertId", out string? id)
            & item.TryName("kind", WireNames.Kinds, out int? kind)
            & item.TryInteger("onsetSample", long.MinValue, long.MaxValue, null, out long? onset)
            & item.TryInteger("decidedSample", long.MinValue, long.MaxValue, null, out long? decided)
            & item.TryInteger("endSample", long.MinValue, long.MaxValue, null, out long? end);
        return good && Guid.TryParse(id, out Guid alertId) && kind is not null && onset is not null && decided is not null
            ? new StripAlert(alertId, (AlertKind)kind, onset.Value, decided.Value, end)
            : null;
    }

    private static EcgStripLead? Lead(JsonElement item, int count)
    {
        bool good = item.TryText("name", out string? name) & item.TryInteger("mdc", 0, int.MaxValue, null, out long? mdc);
        if (!good || name is null || Microvolts(item, count) is not { } microvolts || Off(item) is not { } off)
            return null;
        return new EcgStripLead(name, (int?)mdc, microvolts, off);
    }

    private static float[]? Microvolts(JsonElement item, int count)
    {
        if (!item.TryGetProperty("microvolts", out JsonElement array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() != count)
            return null;
        float[] microvolts = new float[count];
        int at = 0;
        foreach (JsonElement value in array.EnumerateArray())
        {
            float read = float.NaN;
            if (value.ValueKind != JsonValueKind.Null && (value.ValueKind != JsonValueKind.Number || !value.TryGetSingle(out read) || !float.IsFinite(read)))
                return null;
            microvolts[at++] = read;
        }

        return microvolts;
    }

    private static ImmutableArray<StripSpan>? Off(JsonElement item)
    {
        if (!item.TryGetProperty("off", out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            return null;
        ImmutableArray<StripSpan>.Builder spans = ImmutableArray.CreateBuilder<StripSpan>();
        foreach (JsonElement pair in array.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2
                || pair[0].ValueKind != JsonValueKind.Number || !pair[0].TryGetInt64(out long from)
                || pair[1].ValueKind != JsonValueKind.Number || !pair[1].TryGetInt64(out long to) || to <= from)
                return null;
            spans.Add(new StripSpan(from, to));
        }

        return spans.ToImmutable();
    }
}
