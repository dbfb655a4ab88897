namespace AnyEcg.Fuzz.Tests;

/// <summary>Every decoder of the product that reads bytes from outside.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. MqttTargets.All(), .. MqttSessionTargets.All(), .. ProtocolTargets.All(), .. RecordingTargets.All(), .. ModelTargets.All()];
}
