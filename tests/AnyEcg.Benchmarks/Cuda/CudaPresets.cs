using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>
/// The larger shapes of the paper with random weights: tokens a second, and the share of the card's product rate that their arithmetic reaches; live, one second
/// of each stream, where every token reads a ring of its own, and behind, many seconds of each, which share theirs. Beside it the roof: the share
/// that is left of the product rate when rings and products take their time one after the other.
/// </summary>
internal sealed class CudaPresets(CudaOptions options, CudaRates? rates, List<PeerRow> rows)
{
    private const int MostStreams = 8192, Behind = 32, Steps = 20;

    /// <summary>Share of the free memory for rings; weights and buffers take the rest.</summary>
    private const double RingShare = 0.4;

    private static readonly string[] Names = ["b", "l", "xl"];

    public IEnumerable<string> Measure(CudaContext context)
    {
        yield return "| size | streams | seconds of each in a plan | ms a step | tokens/s | TFLOP/s | roof, share of the product rate |";
        yield return "| --- | --- | --- | --- | --- | --- | --- |";
        foreach (string name in Names)
        {
            NetworkCost cost = new(ModelPresets.Find(name), bfloat: true);
            int streams = Streams(context, cost);
            yield return Line(name, cost, streams, seconds: 1);
            yield return Line(name, cost, Math.Max(streams / Behind, 1), Behind);
        }
    }

    private string Line(string name, NetworkCost cost, int streams, int seconds)
    {
        int tokens = streams * seconds;
        using EngineRate engine = new(Random(name, streams, tokens), streams, CudaStepTimes.WarmUpSeconds, seconds);
        double milliseconds = Statistics.Median(engine.Times(Steps).Select(time => time.TotalMilliseconds)), rate = 1e3 * tokens / milliseconds, flops = rate * cost.Flops;
        string roof = "";
        if (rates is not null)
        {
            double bytes = (double)cost.RingBytesRead / seconds + (cost.StreamBytes - cost.RingBytesRead) + (double)cost.WeightBytes / tokens;
            double arithmetic = cost.Flops / rates.ProductFlops, share = arithmetic / (arithmetic + bytes / rates.CopyBytes);
            roof = FormattableString.Invariant($"{100 * share:F0} %");
            rows.Add(new PeerRow($"size {name}, {(seconds == 1 ? "live" : "behind")}, operations/s", flops, rates.ProductFlops, FormattableString.Invariant($"product of {rates.Side}"), flops / rates.ProductFlops, new PeerGoal(0.5)));
        }

        return FormattableString.Invariant($"| {name} | {streams} | {seconds} | {milliseconds:F1} | {rate:F0} | {flops / 1e12:F1} | {roof} |");
    }

    /// <summary>As many as the card has rings for, in halves.</summary>
    private static int Streams(CudaContext context, NetworkCost cost)
    {
        int streams = MostStreams;
        context.MakeCurrent();
        while (streams > 1 && (double)streams * cost.RingBytesRead > RingShare * context.FreeBytes())
            streams /= 2;
        return streams;
    }

    private IModelRunner Random(string name, int streams, int tokens) => ModelLoader.CreatePreset(
        name, seed: 1, new ModelOptions { Device = ModelDevice.Cuda, Cuda = CudaCommand.Room(options, streams) with { MaxRows = tokens, MaxTokens = tokens } });
}
