using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace AnyEcg.Fuzz.Tests;

/// <summary>The long run: <c>dotnet run -c Release --project tests/AnyEcg.Fuzz.Tests -- --inputs 1000000</c>.</summary>
internal static class FuzzCommand
{
    public static RootCommand Create()
    {
        Option<long> inputs = new("--inputs") { Description = "Inputs for each decoder.", DefaultValueFactory = _ => 1_000_000 };
        Option<ulong> seed = new("--seed") { Description = "The run's seed: the same seed gives the same inputs.", DefaultValueFactory = _ => 1 };
        Option<string[]> only = new("--target") { Description = "Only these decoders.", AllowMultipleArgumentsPerToken = true };
        Option<FileInfo?> json = new("--json") { Description = "Writes the counts as JSON." };
        Option<DirectoryInfo?> findings = new("--findings") { Description = "Writes each input that was not borne into this folder." };
        RootCommand command = new("Feeds every decoder with mutated inputs: no crash, no hang, no unbounded memory.") { inputs, seed, only, json, findings };
        command.SetAction(parsed =>
        {
            string[] names = parsed.GetValue(only) ?? [];
            FuzzTarget[] targets = [.. FuzzTargets.All.Where(t => names.Length == 0 || names.Contains(t.Name))];
            FuzzReport[] reports = Run(targets, parsed.GetValue(inputs), parsed.GetValue(seed));
            if (parsed.GetValue(json) is { } file)
                File.WriteAllText(file.FullName, JsonSerializer.Serialize(reports.Select(Row), JsonSerializerOptions.Web));
            if (parsed.GetValue(findings) is { } folder)
                Write(reports, folder);
            return reports.All(r => r.Findings.Count == 0) && reports.Length > 0 ? 0 : 1;
        });
        return command;
    }

    private static FuzzReport[] Run(FuzzTarget[] targets, long inputs, ulong seed)
    {
        Console.WriteLine($"{"decoder",-24}{"inputs",12}{"taken",12}{"refused",12}{"slowest ms",12}{"most bytes",12}{"of bound",10}  findings");
        FuzzReport[] reports = new FuzzReport[targets.Length];
        Parallel.For(0, targets.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            reports[i] = new FuzzRunner(targets[i], Corpus.Of(targets[i]), seed).Run(inputs);
            lock (reports)
                Print(reports[i]);
        });
        return reports;
    }

    private static void Print(FuzzReport r)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{r.Target,-24}{r.Inputs,12}{r.Taken,12}{r.Refused,12}{r.Slowest.TotalMilliseconds,12:0.00}{r.MostAllocated,12}{r.MostOfBound,10:P0}  {r.Findings.Count}"));
        foreach (FuzzFinding finding in r.Findings)
            Console.WriteLine($"  input {finding.Input} ({finding.Bytes.Length} bytes): {finding.Fault}");
    }

    private static object Row(FuzzReport r) => new
    {
        r.Target,
        r.Inputs,
        r.Taken,
        r.Refused,
        r.InputBytes,
        SlowestMs = Math.Round(r.Slowest.TotalMilliseconds, 3),
        MostAllocatedBytes = r.MostAllocated,
        Findings = r.Findings.Select(f => new { f.Input, f.Fault }),
    };

    private static void Write(FuzzReport[] reports, DirectoryInfo folder)
    {
        folder.Create();
        foreach (FuzzReport report in reports)
        {
            foreach (FuzzFinding finding in report.Findings)
                File.WriteAllBytes(Path.Combine(folder.FullName, $"{report.Target}-{finding.Input}.bin"), finding.Bytes);
        }
    }
}
