using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>All that a run on a card found.</summary>
internal sealed record CudaDocument(string Card, CudaRates? Rates, IReadOnlyList<CudaStepTimes> Steps, IReadOnlyList<CudaTorchResult> Torch, IReadOnlyList<PeerRow> Rows);

/// <summary>
/// <c>cuda [--libraries FOLDERS] [--device N] [--streams 1000,10000,100000] [--steps N] [--python PATH] [--pass-tokens N]
/// [--only rates,step,kernels,passes,gelu,presets,torch] [--markdown FILE] [--json FILE] [--check-peer-on-cpu]</c>: the floor of a card, our engine on it and PyTorch beside it, in one run. Without a card it says why, and what it needs.
/// </summary>
internal sealed class CudaCommand(CudaOptions options)
{
    private static readonly string Manifest = Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s", "manifest.json");

    private static readonly int[] PassSizes = [4_096, 8_192, 16_384, 32_768];

    private readonly NetworkConfig config = ModelManifest.Read(Manifest).Config;
    private readonly List<string> lines = [];
    private readonly List<PeerRow> rows = [];

    private bool Wants(string part) => options.Only.Contains(part);

    public static void Run(string[] args)
    {
        CudaOptions options = CudaOptions.Parse(args);
        CudaCommand command = new(options);
        if (options.CheckPeerOnCpu)
            command.CheckPeerOnCpu();
        else if (command.Open() is { } context)
            command.MeasureAndWrite(context);
    }

    /// <summary>Null, with the reason printed, where there is no card.</summary>
    private CudaContext? Open()
    {
        try
        {
            return CudaContext.Open(CudaLibraries.Load(options.Libraries), options.Device);
        }
        catch (CudaUnavailableException e)
        {
            Print($"Nothing is measured: {e.Message}");
            Print("This needs a CUDA device of compute capability 8.0 or later with its driver (CUDA 11.8 or later), NVRTC and cuBLASLt (--libraries FOLDERS where the");
            Print("system does not find them), 20 GB of its memory for 100,000 streams, and for the comparison a Python with PyTorch 2.1 or later for CUDA (--python PATH).");
            Print("What needs no card: --check-peer-on-cpu compares the PyTorch peer's answers with the CPU engine's.");
            return null;
        }
    }

    private void MeasureAndWrite(CudaContext context)
    {
        CudaDocument document;
        using (context)
            document = Measure(context);
        Section("The table", PeerTable.Markdown(rows));
        if (options.Markdown is { } markdown)
            File.WriteAllLines(markdown, lines);
        if (options.Json is { } json)
        {
            using FileStream file = File.Create(json);
            PeerTable.WriteJson(file, document);
        }
    }

    private CudaDocument Measure(CudaContext context)
    {
        string card = string.Create(CultureInfo.InvariantCulture, $"{context.About.Name}, driver for CUDA {context.Libraries.DriverVersion / 1000}.{context.Libraries.DriverVersion % 1000 / 10}");
        Print(card);
        CudaRates? rates = Wants("rates") ? CudaRates.Measure(context, options.Side) : null;
        NetworkCost cost = new(config, bfloat: true);
        if (rates is not null)
        {
            Section("The floor", rates.Lines().Append("").Concat(CudaFloor.Lines(options.Streams.Select(streams => new CudaFloor(cost, rates, streams)))));
        }

        IReadOnlyList<CudaStepTimes> steps = Wants("step") ? Steps(rates) : [];
        if (Wants("kernels"))
            Kernels(options.Streams[^1]);
        if (Wants("passes"))
            Section($"Size of a pass, {options.Streams[^1]:N0} streams", Passes());
        if (Wants("gelu"))
            Section("GELU within the product or behind it", [CudaGelu.Measure(context, config, rows: 2 * options.Side).Line()]);
        if (Wants("presets"))
            Section("Larger networks, random weights", new CudaPresets(options, rates, rows).Measure(context));
        return new CudaDocument(card, rates, steps, Wants("torch") ? Torch(steps) : [], rows);
    }

    private IReadOnlyList<CudaStepTimes> Steps(CudaRates? rates)
    {
        List<CudaStepTimes> found = [];
        foreach (int streams in options.Streams)
        {
            CudaStepTimes times = CudaStepTimes.Measure(Load(streams), streams, options.Steps);
            found.Add(times);
            string what = FormattableString.Invariant($"a step of {streams:N0} streams, ms");
            Print(FormattableString.Invariant($"{what}: median {times.MedianMilliseconds:F2}, 99 % {times.P99Milliseconds:F2}; {times.LeadSecondsPerSecond:F0} lead-seconds/s"));
            if (rates is not null)
            {
                double floor = 1e3 * new CudaFloor(new NetworkCost(config, bfloat: true), rates, streams).MemorySeconds;
                rows.Add(new PeerRow(what, times.MedianMilliseconds, floor, "floor of its memory", times.MedianMilliseconds / floor, new PeerGoal(2, AtLeast: false)));
            }

            if (streams == 100_000)
                rows.Add(new PeerRow(what, times.MedianMilliseconds, 25, "goal", times.MedianMilliseconds / 25, new PeerGoal(25, AtLeast: false, OfRatio: false)));
        }

        return found;
    }

    private void Kernels(int streams)
    {
        var runner = (CudaModelRunner)Load(streams);
        string[] unusual = [.. runner.Engine.Products.All.Where(product => product.Choice.Rank > 0 || !product.Choice.IsCommon || !product.IsFused).Select(Unusual)];
        Section($"Each kernel, {streams:N0} streams", CudaStepTimes.Profile(runner, streams, steps: 10));
        Print(unusual.Length == 0 ? "Every product has cuBLASLt's first choice for the largest pass, bias and GELU within it." : $"Other than cuBLASLt's first choice, bias and GELU within: {string.Join("; ", unusual)}.");

        static string Unusual(Product product) => string.Create(
            CultureInfo.InvariantCulture, $"{product.Name} (choice {product.Choice.Rank + 1} at {product.Choice.ProposedAt} rows{(product.Choice.IsCommon ? "" : $", {product.Choice.Different} algorithms")}{(product.IsFused ? "" : ", our kernel behind it")})");
    }

    /// <summary>Smaller passes leave more of what lies between kernels in the card's cache, larger ones need fewer launches.</summary>
    private IEnumerable<string> Passes()
    {
        yield return "| most tokens of a pass | a step, ms |";
        yield return "| --- | --- |";
        int streams = options.Streams[^1];
        foreach (int tokens in PassSizes)
        {
            CudaStepTimes times = CudaStepTimes.Measure(Load(Manifest, Room(options with { PassTokens = tokens }, streams)), streams, options.Steps / 4 + 1);
            yield return string.Create(CultureInfo.InvariantCulture, $"| {tokens:N0} | {times.MedianMilliseconds:F2} |");
        }
    }

    private IReadOnlyList<CudaTorchResult> Torch(IReadOnlyList<CudaStepTimes> steps)
    {
        Section("PyTorch on the same card", []);
        CudaTorchResult[] results = [.. new CudaTorchComparison(options.Python, Manifest, Print).Run(() => Load(streams: 32), options.Streams)];
        foreach (CudaTorchResult result in results)
        {
            if (steps.FirstOrDefault(step => step.Streams == result.Streams) is { } ours)
            {
                string what = FormattableString.Invariant($"lead-seconds/s, {result.Streams:N0} streams, copies included");
                Compare(what, ours, result.WithCopies, result, new PeerGoal(2));
                Compare(what, ours, result.Milliseconds, result, null);
            }
        }

        return results;
    }

    private void Compare(string what, CudaStepTimes ours, double milliseconds, CudaTorchResult peer, PeerGoal? goal)
    {
        double theirs = 1e3 * peer.Streams / milliseconds;
        string name = $"PyTorch {peer.Variant}{(goal is null ? ", its copies left out" : "")}";
        rows.Add(new PeerRow(what, ours.LeadSecondsPerSecond, theirs, name, ours.LeadSecondsPerSecond / theirs, goal));
    }

    /// <summary>The engine in bfloat16, with room for so many streams of one lead.</summary>
    private IModelRunner Load(int streams) => Load(Manifest, Room(options, streams));

    private static IModelRunner Load(string manifest, CudaModelOptions cuda) => ModelLoader.Load(manifest, new ModelOptions { Device = ModelDevice.Cuda, Cuda = cuda });

    /// <summary>Room for so many streams of one lead, and plans of all of them.</summary>
    internal static CudaModelOptions Room(CudaOptions options, int streams) => new()
    {
        Device = options.Device,
        Libraries = options.Libraries,
        MaxSlots = streams,
        MaxLeadSlots = streams,
        MaxRows = streams,
        MaxTokens = streams,
        MaxPassTokens = options.PassTokens ?? new CudaModelOptions().MaxPassTokens,
    };

    private void CheckPeerOnCpu()
    {
        foreach (bool bfloat in new[] { false, true })
        {
            Section(bfloat ? "PyTorch in bfloat16 on the CPU" : "PyTorch in float32 on the CPU", []);
            new CudaTorchComparison(options.Python, Manifest, Print).Check("cpu", bfloat, () => ModelLoader.Load(Manifest, new CpuModelOptions { Threads = 1, MaxSlots = 32 }));
        }
    }

    private void Section(string title, IEnumerable<string> body)
    {
        Print("");
        Print($"## {title}");
        Print("");
        foreach (string line in body)
            Print(line);
    }

    private void Print(string line)
    {
        lines.Add(line);
        Console.WriteLine(line);
    }
}
