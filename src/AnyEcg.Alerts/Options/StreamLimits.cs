using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>One stream's deviations from the site's settings, and the settings that follow. Engine thread only.</summary>
internal sealed class StreamLimits(AlertSettings site) : IStateful
{
    private readonly SortedDictionary<AlertKind, AlertKindOptions> deviations = [];
    private AlertSettings? own;

    /// <summary>What applies to the stream now; the site's own while nothing deviates.</summary>
    public AlertSettings Settings => own ?? site;

    /// <summary>Takes deviations in place of those there were; null for none. They must be without faults.</summary>
    /// <returns>False when nothing changes by it.</returns>
    public bool TrySet(IReadOnlyDictionary<AlertKind, AlertKindOptions>? limits)
    {
        AlertSettings next = limits is null ? site : site.With(limits);
        if (next.SameAs(Settings))
            return false;
        deviations.Clear();
        foreach ((AlertKind kind, AlertKindOptions options) in limits ?? new Dictionary<AlertKind, AlertKindOptions>())
            deviations.Add(kind, options.Copy());
        own = limits is null ? null : next;
        return true;
    }

    public void Exchange(StateExchange state)
    {
        Dictionary<AlertKind, AlertKindOptions> kept = [];
        foreach (AlertKindRow row in AlertKindTable.Rows.AsSpan(0, AlertKindTable.StreamKinds))
        {
            bool deviates = state.Value(deviations.ContainsKey(row.Kind));
            if (!deviates)
                continue;
            AlertKindOptions options = deviations.GetValueOrDefault(row.Kind) ?? new AlertKindOptions();
            options.Exchange(state);
            kept.Add(row.Kind, options);
        }

        if (!state.IsRestoring)
            return;
        state.Require(site.Faults(kept).Count == 0);
        TrySet(kept);
    }
}
