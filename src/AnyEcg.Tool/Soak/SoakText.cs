using System.Globalization;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>The balance sheet as Markdown, for people and for docs/soak.md.</summary>
internal static class SoakText
{
    public static async Task WriteAsync(TextWriter output, SoakSheet sheet)
    {
        foreach (string line in Lines(sheet))
        {
            await output.WriteLineAsync(line);
        }
    }

    public static IEnumerable<string> Lines(SoakSheet sheet)
    {
        SoakOptions options = sheet.Options;
        yield return Text($"{options.Length.TotalMinutes:0.##} minutes of faults, broker {options.Broker}, seed {options.Seed}, ")
            + Text($"{options.Devices} devices at speed {options.Speed:0.##}, stores of {options.StoreSeconds:0} s; ")
            + Text($"{sheet.WallSeconds:0} s in all; version {sheet.Version}.");
        yield return sheet.Balances ? "**Every account balances.**" : "**Not every account balances.**";
        yield return "";
        foreach (string line in Accounts(sheet).Concat(Streams(sheet)).Concat(Networks(sheet)))
        {
            yield return line;
        }

        foreach ((string name, long value) in sheet.Notes)
        {
            yield return Text($"- {name}: {value}");
        }
    }

    private static IEnumerable<string> Accounts(SoakSheet sheet)
    {
        yield return "| account | is | becomes | holds |";
        yield return "| --- | --- | --- | --- |";
        foreach (BalanceLine line in sheet.Lines)
        {
            string right = line.Right.Count == 0 ? "0" : Sum(line.Right);
            yield return $"| {line.Name} | {Sum(line.Left)} | {(line.AtMost ? "at most " : "")}{right} | {(line.Holds ? "yes" : "**no**")} |";
        }

        yield return "";
    }

    private static IEnumerable<string> Streams(SoakSheet sheet)
    {
        yield return "| stream | recording | generated | acknowledged | dropped | stored | alerts expected | missing | unexpected |";
        yield return "| --- | --- | --- | --- | --- | --- | --- | --- | --- |";
        foreach (SoakStream s in sheet.Streams)
        {
            DeviceLedger l = s.Ledger;
            yield return Text($"| {s.Stream} | {s.Record} | {l.Generated} | {l.Acknowledged} | {l.Dropped} | {l.Stored} | {s.Expected} | {s.Missing} | {s.Unexpected} |");
        }

        yield return "";
    }

    private static IEnumerable<string> Networks(SoakSheet sheet)
    {
        foreach (SoakNetwork network in sheet.Networks)
        {
            ProxyCounters c = network.Counters;
            yield return $"Network of the {network.Side}: " + string.Join(", ", network.Faults.Select(f => Text($"{f.Kind} {f.Count} times ({f.Seconds:0} s)"))) + ".";
            yield return Text($"Connections: {c.Accepted} made, {c.Refused} refused, {c.Resets} reset, ")
                + Text($"{c.ClientsDied} clients and {c.TargetsDied} targets died in silence; ")
                + Text($"bytes: {c.BytesToTarget} to the broker, {c.BytesToClient} from it, {c.BytesSwallowed} swallowed; {c.Pieces} pieces.");
            yield return "";
        }
    }

    private static string Sum(IReadOnlyList<(string Name, long Value)> terms) =>
        string.Join(" + ", terms.Select(term => Text($"{term.Value} {term.Name}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
