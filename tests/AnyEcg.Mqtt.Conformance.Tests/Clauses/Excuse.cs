namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Why a clause has no test of its own: it does not apply, or we fall short of it.</summary>
/// <param name="List">mqtt5 or mqtt311.</param>
/// <param name="Side">client or server.</param>
/// <param name="Id">The clause.</param>
/// <param name="Kind">"not applicable", "not offered", or "falls short".</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record Excuse(string List, string Side, string Id, string Kind, string Reason)
{
    public static IReadOnlyList<Excuse> All { get; } =
    [
        .. Clause.Lines("excused").Select(line => line.Split(',', 5))
            .Select(cells => new Excuse(cells[0], cells[1], cells[2], cells[3], cells[4])),
    ];
}
