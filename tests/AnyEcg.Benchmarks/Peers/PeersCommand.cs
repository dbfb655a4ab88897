using System.Diagnostics;
using System.Globalization;
using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>All that a run found.</summary>
internal sealed record PeersDocument
{
    public required MachineFloor Floor { get; init; }

    public required IReadOnlyList<EnginePoint> Engine { get; init; }

    public required IReadOnlyList<TorchResult> Torch { get; init; }

    public required IReadOnlyList<ResamplerRate> Resamplers { get; init; }

    public required IReadOnlyList<MqttReceiveResult> Mqtt { get; init; }

    public required IReadOnlyList<PeerRow> Rows { get; init; }
}

/// <summary>
/// <c>peers [--markdown FILE] [--json FILE] [--quick] [--only engine,torch,resampler,mqtt] [--threads N]</c>: the floor, our engine beside it, and what a user would
/// otherwise run, in one run.
/// </summary>
internal sealed class PeersCommand
{
    private static readonly string Manifest = Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s", "manifest.json");

    private readonly bool quick;
    private readonly string[] only;
    private readonly int threads;
    private readonly List<string> lines = [];
    private readonly List<PeerRow> rows = [];

    private PeersCommand(bool quick, string[] only, int threads) => (this.quick, this.only, this.threads) = (quick, only, threads);

    public static void PrintFloor(Action<string> print)
    {
        MachineFloor floor = MachineFloor.Measure(Cost());
        foreach (string line in floor.CostLines().Append(string.Empty).Concat(floor.Lines()))
            print(line);
    }

    public static async Task RunAsync(string[] args)
    {
        long start = Stopwatch.GetTimestamp();
        PeersCommand command = new(args.Contains("--quick"), After(args, "--only")?.Split(',') ?? ["engine", "torch", "resampler", "mqtt"], Threads(args));
        PeersDocument document = await command.MeasureAsync();
        command.Section("The table", PeerTable.Markdown(command.rows));
        command.Print(string.Create(CultureInfo.InvariantCulture, $"Took {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s."));
        if (After(args, "--markdown") is { } markdown)
            await File.WriteAllLinesAsync(markdown, command.lines);
        if (After(args, "--json") is { } json)
        {
            await using FileStream file = File.Create(json);
            PeerTable.WriteJson(file, document);
        }
    }

    private static string? After(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    /// <summary>Threads of the engine and of PyTorch; one for each core unless told otherwise.</summary>
    private static int Threads(string[] args) =>
        After(args, "--threads") is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : Environment.ProcessorCount;

    private static NetworkCost Cost() => new(ModelManifest.Read(Manifest).Config);

    private async Task<PeersDocument> MeasureAsync()
    {
        MachineFloor floor = MachineFloor.Measure(Cost());
        Section("The floor", floor.CostLines().Append(string.Empty).Concat(floor.Lines()));
        return new PeersDocument
        {
            Floor = floor,
            Engine = only.Contains("engine") ? Engine(floor) : [],
            Torch = only.Contains("torch") ? Torch() : [],
            Resamplers = only.Contains("resampler") ? Resamplers() : [],
            Mqtt = only.Contains("mqtt") ? await MqttAsync() : [],
            Rows = rows,
        };
    }

    private IReadOnlyList<EnginePoint> Engine(MachineFloor floor)
    {
        int[] batches = quick ? [64, 512] : [1, 16, 64, 256, 512, 2048];
        IReadOnlyList<EnginePoint> points = EngineCurve.Measure(Manifest, floor, batches, rounds: 5, TimeSpan.FromSeconds(quick ? 0.2 : 0.5));
        Section("The runner alone", EngineCurve.Lines(points));
        foreach (EnginePoint p in points.Where(p => p.Threads == floor.All.Threads && p.Batch >= 512))
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"engine, lead-seconds/s, batch {p.Batch}, {p.Threads} threads");
            rows.Add(new PeerRow(what, p.LeadSecondsPerSecond, p.LeadSecondsPerSecond / p.ShareOverlapped, "floor, max", p.ShareOverlapped, new PeerGoal(0.6)));
            rows.Add(new PeerRow(what, p.LeadSecondsPerSecond, p.LeadSecondsPerSecond / p.ShareSummed, "floor, sum", p.ShareSummed, null));
        }

        return points;
    }

    private IReadOnlyList<TorchResult> Torch()
    {
        Section("PyTorch", []);
        if (Compare() is not { } found)
            return [];

        foreach (TorchResult peer in found.Peers)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"PyTorch {peer.Peer}, batch {peer.Batch}");
            string what = string.Create(CultureInfo.InvariantCulture, $"engine, lead-seconds/s, batch {TorchComparison.OurBatch}");
            rows.Add(new PeerRow(what, found.Ours, peer.LeadSecondsPerSecond, name, peer.Ratio, new PeerGoal(peer.Peer == TorchPeer.Recompute ? 40 : 3)));
        }

        return found.Peers;
    }

    private (double Ours, IReadOnlyList<TorchResult> Peers)? Compare()
    {
        try
        {
            return new TorchComparison(Manifest, threads, quick, Print).Run();
        }
        catch (InvalidDataException e)
        {
            Print($"PyTorch: not timed, the answers differ: {e.Message}");
            Environment.ExitCode = 1;
            return null;
        }
    }

    private IReadOnlyList<ResamplerRate> Resamplers()
    {
        using PythonPeer? scipy = Scipy();
        IReadOnlyList<ResamplerRate> rates = ResamplerRate.Measure(scipy, rounds: 7, TimeSpan.FromSeconds(quick ? 0.1 : 0.3));
        Section("Resampling 360 -> 300 Hz", ResamplerLines(rates));
        ResamplerRate ours = rates[0];
        foreach (ResamplerRate peer in rates.Skip(1))
            rows.Add(new PeerRow("resampler, input samples/s on one core", ours.SamplesPerSecond, peer.SamplesPerSecond, peer.Name, ours.SamplesPerSecond / peer.SamplesPerSecond, null));
        rows.Add(new PeerRow("resampler, input samples/s on one core", ours.SamplesPerSecond, 40e6, "goal", ours.SamplesPerSecond / 40e6, new PeerGoal(40e6, OfRatio: false)));
        if (ours.DelaySeconds is { } delay)
            rows.Add(new PeerRow("resampler, delay in ms", 1000 * delay, 30, "goal", delay / 0.030, new PeerGoal(30, AtLeast: false, OfRatio: false)));
        return rates;
    }

    private static IEnumerable<string> ResamplerLines(IEnumerable<ResamplerRate> rates)
    {
        yield return "| | M input samples/s | delay, ms |";
        yield return "| --- | --- | --- |";
        foreach (ResamplerRate rate in rates)
        {
            string delay = rate.DelaySeconds is { } seconds ? (1000 * seconds).ToString("F1", CultureInfo.InvariantCulture) : "no state";
            yield return string.Create(CultureInfo.InvariantCulture, $"| {rate.Name} | {rate.SamplesPerSecond / 1e6:F1} | {delay} |");
        }
    }

    private PythonPeer? Scipy()
    {
        try
        {
            return PythonPeer.Start("scipy_peer");
        }
        catch (IOException e)
        {
            Print($"SciPy: skipped, {e.Message}");
            return null;
        }
    }

    private async Task<IReadOnlyList<MqttReceiveResult>> MqttAsync()
    {
        Section("Receiving over MQTT", []);
        IReadOnlyList<MqttReceiveResult> results = await MqttReceivePeer.RunAsync(quick ? 1 : 5, Print, CancellationToken.None) ?? [];
        foreach (MqttReceiveResult r in results)
        {
            string load = r.PerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate} messages/s") : "flat out";
            rows.Add(new PeerRow($"MQTT receive, CPU s per million, {load}", r.Ours, r.Peer, "libmosquitto", r.Ratio, new PeerGoal(1.5, AtLeast: false)));
        }

        return results;
    }

    private void Section(string title, IEnumerable<string> body)
    {
        Print(string.Empty);
        Print($"## {title}");
        Print(string.Empty);
        foreach (string line in body)
            Print(line);
    }

    private void Print(string line)
    {
        lines.Add(line);
        Console.WriteLine(line);
    }
}
