using System.Globalization;
using System.Text.Json;

namespace AnyEcg.Benchmarks;

/// <summary>One comparison.</summary>
/// <param name="What">What is measured, and of what.</param>
/// <param name="Ours">Our figure.</param>
/// <param name="Peer">The other figure: a peer's or the floor's.</param>
/// <param name="PeerName">Whose.</param>
/// <param name="Ratio">Ours to the other; of runs side by side the median of their ratios.</param>
/// <param name="Goal">What is asked of the ratio, or of our figure; null: nothing.</param>
internal sealed record PeerRow(string What, double Ours, double Peer, string PeerName, double Ratio, PeerGoal? Goal)
{
    public bool? Met => Goal?.Holds(Goal.OfRatio ? Ratio : Ours);
}

/// <summary>A bound on the ratio, or on our figure.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="AtLeast">Whether more is better.</param>
/// <param name="OfRatio">Whether it bounds the ratio.</param>
internal sealed record PeerGoal(double Bound, bool AtLeast = true, bool OfRatio = true)
{
    public bool Holds(double value) => AtLeast ? value >= Bound : value <= Bound;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(AtLeast ? ">=" : "<=")} {PeerTable.Short(Bound)}{(OfRatio ? "x" : string.Empty)}");
}

/// <summary>The comparisons as Markdown and as JSON.</summary>
internal static class PeerTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static IEnumerable<string> Markdown(IEnumerable<PeerRow> rows)
    {
        yield return "| what | ours | the other | ours to it | goal | met |";
        yield return "| --- | --- | --- | --- | --- | --- |";
        foreach (PeerRow row in rows)
        {
            string met = row.Met switch { true => "yes", false => "**no**", null => string.Empty };
            yield return $"| {row.What} | {Short(row.Ours)} | {Short(row.Peer)} ({row.PeerName}) | {Short(row.Ratio)} | {row.Goal?.ToString() ?? string.Empty} | {met} |";
        }
    }

    public static void WriteJson(Stream stream, object document) => JsonSerializer.Serialize(stream, document, Json);

    /// <summary>Three digits that matter, thousands and millions by their letters.</summary>
    public static string Short(double value) => value switch
    {
        >= 1e6 => Digits(value / 1e6) + " M",
        >= 1e4 => Digits(value / 1e3) + " k",
        _ => Digits(value),
    };

    private static string Digits(double value) =>
        value.ToString(Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", _ => "F2" }, CultureInfo.InvariantCulture);
}
