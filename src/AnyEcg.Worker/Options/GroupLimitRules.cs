namespace AnyEcg.Worker;

/// <summary>Ranges of <see cref="GroupLimits"/>.</summary>
internal static class GroupLimitRules
{
    public static IEnumerable<string> Faults(IngestOptions options) => Faults("Ingest:Limits", options.Limits)
        .Concat(options.GroupLimits.SelectMany(pattern => Faults($"Ingest:GroupLimits:{pattern.Key}", pattern.Value)));

    private static IEnumerable<string> Faults(string section, GroupLimits limits)
    {
        (string Name, double? Value, double Low, double High)[] rules =
        [
            (nameof(limits.MaxStreams), limits.MaxStreams, 1, 1e6),
            (nameof(limits.MessagesPerSecond), limits.MessagesPerSecond, 0.01, 1e6),
            (nameof(limits.BytesPerSecond), limits.BytesPerSecond, 100, 1e10),
            (nameof(limits.StreamFramesPerSecond), limits.StreamFramesPerSecond, 0.01, 1e5),
            (nameof(limits.StreamBytesPerSecond), limits.StreamBytesPerSecond, 100, 1e9),
            (nameof(limits.StreamNotesPerSecond), limits.StreamNotesPerSecond, 0.01, 1000),
            (nameof(limits.StreamNotesBurst), limits.StreamNotesBurst, 1, 1e5),
            (nameof(limits.MaxPayloadBytes), limits.MaxPayloadBytes, 100, 1e6),
            (nameof(limits.BurstSeconds), limits.BurstSeconds, 1, 604_800),
        ];
        return rules.Where(r => r.Value is { } value && !(value >= r.Low && value <= r.High)).Select(r => FormattableString.Invariant(
            $"{section}:{r.Name} must be {r.Low} to {r.High}, not {r.Value}"));
    }
}
