using System.Collections.Immutable;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// The whole of an alert document, read back into the transition and context that it was written from, as far as it says them: times to the
/// millisecond, scores and values to their decimals. Written again it is the same document, byte for byte; so a stored document can be
/// exported in other forms later.
/// </summary>
public static class AlertDocumentReader
{
    /// <summary>Reads a document of <see cref="AlertDocument.Write"/>; null for anything else.</summary>
    public static (AlertTransition Alert, AlertContext Context)? TryRead(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument? document = AlertReading.Open(utf8);
        if (document is null || AlertReading.Read(document.RootElement) is not { } reading)
            return null;
        JsonElement root = document.RootElement;
        JsonElement condition = root.GetProperty("condition"u8), evidence = root.GetProperty("evidence"u8);
        if (ReadContext(root, evidence, out uint leads) is not { } context || ReadAlert(root, condition, evidence, reading) is not { } alert)
            return null;
        return (alert with { Leads = leads }, context);
    }

    private static AlertTransition? ReadAlert(JsonElement root, JsonElement condition, JsonElement evidence, AlertReading reading)
    {
        bool good = condition.TryTime("decided", out long? decided)
            & condition.TryInteger("decidedSample", long.MinValue, long.MaxValue, null, out long? decidedSample)
            & condition.TryTime("end", out long? endNs)
            & TryNumberOrNull(condition, "value", out double? value)
            & TryNumberOrNull(evidence, "score", out double? score)
            & TryNumberOrNull(root, "lagMs", out double? lagMs)
            & TryPriorityChange(root, out AlertPriority? was, out string? because);
        if (!good || decided is null || decidedSample is null || score is null)
            return null;

        // Each time was rounded down; the onset is put where both come out again.
        long offset = AlertDocument.SpanNs(reading.OnsetSample, decidedSample.Value);
        long onsetNs = Math.Max(reading.OnsetNs, decided.Value - offset);
        double lag = double.IsFinite(lagMs ?? double.NaN) ? lagMs!.Value * 1e6 : 0;
        return new AlertTransition
        {
            AlertId = reading.AlertId,
            Revision = reading.Revision,
            Group = reading.Group,
            Stream = reading.Stream,
            Kind = reading.Kind,
            Phase = reading.Phase,
            Priority = reading.Priority,
            PriorityWas = was,
            PriorityReason = because,
            Signal = reading.Signal,
            ConditionPresent = reading.ConditionPresent,
            Epoch = reading.Epoch,
            OnsetSample = reading.OnsetSample,
            DecidedSample = decidedSample.Value,
            EndSample = reading.EndSample,
            OnsetNs = onsetNs,
            EndNs = endNs,
            DecidedReceivedNs = (reading.Action?.TimeNs ?? (onsetNs + offset)) + (long)Math.Round(lag),
            Limit = reading.Limit,
            Score = score.Value,
            Value = value,
            QualityDoubtful = IsTrue(evidence, "qualityDoubtful"),
            Leads = 0,
            Historical = reading.Historical,
            Action = reading.Action,
            PausedUntilNs = reading.PausedUntilNs,
            Retraction = reading.Retraction,
        };
    }

    private static AlertContext? ReadContext(JsonElement root, JsonElement evidence, out uint leads)
    {
        leads = 0;
        bool good = root.TryName("type", WireNames.Types, out int? type)
            & evidence.TryText("modelId", out string? model)
            & TryLeads(evidence, out leads, out ImmutableArray<string> names)
            & root.TryObject("codes", out JsonElement codes);
        return !good || type is null || ReadCodes(codes) is not { } read
            ? null
            : new AlertContext { Type = (AlertType)type, Codes = read, ModelId = model, LeadNames = names };
    }

    private static AlertCodes? ReadCodes(JsonElement codes)
    {
        bool good = codes.TryText("snomed", out string? text);
        long snomed = 0;
        if (!good || (text is not null && !long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out snomed)))
            return null;
        AlertCodes read = new(Snomed: text is null ? null : snomed);
        if (!codes.TryGetProperty("mdc", out JsonElement mdc))
            return read;
        return mdc.ValueKind == JsonValueKind.Object && mdc.TryInteger("code", 0, int.MaxValue, null, out long? code) && code is not null && mdc.TryText("name", out string? name)
            ? read with { Mdc = (int)code, MdcName = name, MdcUnlisted = IsTrue(mdc, "unlisted") }
            : null;
    }

    /// <summary>The bits of the leads, and names up to the highest that has one; leads that were not present have none here.</summary>
    private static bool TryLeads(JsonElement evidence, out uint leads, out ImmutableArray<string> names)
    {
        (leads, names) = (0, []);
        if (!evidence.TryGetProperty("leads", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            return false;
        List<string> read = [];
        foreach (JsonElement lead in list.EnumerateArray())
        {
            if (lead.ValueKind != JsonValueKind.Object || !lead.TryInteger("index", 0, LeadSet.MaxLeads - 1, null, out long? index) || index is null
                || !lead.TryText("name", out string? name))
                return false;
            leads |= 1u << (int)index;
            if (name is null)
                continue;
            while (read.Count <= index)
                read.Add("");
            read[(int)index] = name;
        }

        names = [.. read];
        return true;
    }

    private static bool TryPriorityChange(JsonElement root, out AlertPriority? was, out string? reason)
    {
        (was, reason) = (null, null);
        if (!root.TryGetProperty("priorityChange", out JsonElement change))
            return true;
        bool good = change.ValueKind == JsonValueKind.Object && change.TryName("was", WireNames.Priorities, out int? before)
            && before is not null && (was = (AlertPriority)before) is not null;
        return good && change.TryText("reason", out reason);
    }

    /// <summary>Null where the field is missing, NaN for the null that stands for what is not finite.</summary>
    private static bool TryNumberOrNull(JsonElement root, string name, out double? value)
    {
        if (!root.TryGetProperty(name, out JsonElement element) || element.ValueKind != JsonValueKind.Null)
            return root.TryNumber(name, null, out value);
        value = double.NaN;
        return true;
    }

    private static bool IsTrue(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
}
