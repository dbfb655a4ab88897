using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>What an alert document says of its kind, its stream and the model. Any thread.</summary>
internal sealed class AlertContexts(StreamDirectory directory, string modelId)
{
    public AlertContext For(AlertTransition alert)
    {
        AlertKindRow row = AlertKindTable.Of(alert.Kind);
        DescribedStream? described = directory.Find(new StreamKey(alert.Group, alert.Stream))?.Described;
        return new AlertContext
        {
            Type = row.Type,
            Codes = Codes(row),
            ModelId = row.Type == AlertType.Physiological ? modelId : null,
            LeadNames = described is null ? [] : [.. described.Descriptor.Leads.Select(l => l.Name)],
        };
    }

    private static AlertCodes Codes(AlertKindRow row) => new(
        row.Mdc?.Code,
        row.Mdc?.RefId,
        row.Mdc?.FromDriver ?? false,
        row.Snomed is { } snomed ? long.Parse(snomed, System.Globalization.CultureInfo.InvariantCulture) : null);
}
