using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>What an alert document says of its kind, its stream and the model. Any thread.</summary>
internal sealed class AlertContexts(string modelId)
{
    /// <param name="alert">The transition.</param>
    /// <param name="leadNames">Names of its stream's leads when it was decided.</param>
    public AlertContext For(AlertTransition alert, IReadOnlyList<string> leadNames)
    {
        AlertKindRow row = AlertKindTable.Of(alert.Kind);
        return new AlertContext
        {
            Type = row.Type,
            Codes = Codes(row),
            ModelId = row.Type == AlertType.Physiological ? modelId : null,
            LeadNames = [.. leadNames],
        };
    }

    private static AlertCodes Codes(AlertKindRow row) => new(
        row.Mdc?.Code,
        row.Mdc?.RefId,
        row.Mdc?.FromDriver ?? false,
        row.Snomed is { } snomed ? long.Parse(snomed, System.Globalization.CultureInfo.InvariantCulture) : null);
}
