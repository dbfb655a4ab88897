using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>The larger shapes of the paper with random weights: tokens a second, and the share of the card's product rate that their arithmetic reaches.</summary>
internal sealed class CudaPresets(CudaOptions options, CudaRates? rates, List<PeerRow> rows)
{
    private const int MostStreams = 8192, Steps = 20;

    /// <summary>Share of the free memory for rings; weights and buffers take the rest.</summary>
    private const double RingShare = 0.4;

    private static readonly string[] Names = ["b", "l", "xl"];

    public IEnumerable<string> Measure(CudaContext context)
    {
        yield return "| size | streams | ms a step | tokens/s | TFLOP/s |";
        yield return "| --- | --- | --- | --- | --- |";
        foreach (string name in Names)
        {
            NetworkCost cost = new(ModelPresets.Find(name), bfloat: true);
            int streams = Streams(context, cost);
            CudaStepTimes times = CudaStepTimes.Measure(Random(name, streams), streams, Steps);
            double flops = times.LeadSecondsPerSecond * cost.Flops;
            if (rates is not null)
                rows.Add(new PeerRow($"size {name}, operations/s", flops, rates.ProductFlops, FormattableString.Invariant($"product of {rates.Side}"), flops / rates.ProductFlops, new PeerGoal(0.5)));
            yield return FormattableString.Invariant($"| {name} | {streams} | {times.MedianMilliseconds:F1} | {times.LeadSecondsPerSecond:F0} | {flops / 1e12:F1} |");
        }
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

    private IModelRunner Random(string name, int streams) =>
        ModelLoader.CreatePreset(name, seed: 1, new ModelOptions { Device = ModelDevice.Cuda, Cuda = CudaCommand.Room(options, streams) });
}
