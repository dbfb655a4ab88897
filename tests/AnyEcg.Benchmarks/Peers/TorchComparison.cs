using System.Globalization;

namespace AnyEcg.Benchmarks;

/// <summary>A PyTorch peer at its best batch.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Batch">Its best batch.</param>
/// <param name="LeadSecondsPerSecond">Median of the rounds.</param>
/// <param name="Ratio">Ours to it: median of the rounds' ratios.</param>
/// <param name="CpuMicroseconds">Processor time of a lead-second, median.</param>
/// <param name="CpuRatio">Its processor time to ours: where the machine has other work, fairer than the clock.</param>
/// <param name="LargestDifference">Between its answers and the engine's.</param>
internal sealed record TorchResult(string Peer, int Batch, double LeadSecondsPerSecond, double Ratio, double CpuMicroseconds, double CpuRatio, double LargestDifference);

/// <summary>Our engine and the PyTorch peers in turns, all with all threads.</summary>
internal sealed class TorchComparison(string manifest, int threads, bool quick, Action<string> print)
{
    /// <summary>Ours; the peers may take what suits them best.</summary>
    public const int OurBatch = 512;

    private static readonly int[] CachedBatches = [64, 128, 256, 512, 1024, 2048], RecomputedBatches = [1, 2, 4, 8, 16];

    private readonly int rounds = quick ? 3 : 7;
    private readonly TimeSpan time = TimeSpan.FromSeconds(quick ? 0.5 : 1);

    /// <summary>Our median and the peers; null, with the reason printed, where PyTorch is not installed.</summary>
    /// <exception cref="InvalidDataException">A peer's answers are not the engine's.</exception>
    public (double Ours, IReadOnlyList<TorchResult> Peers)? Run()
    {
        try
        {
            using TorchPeer torch = new(manifest, threads);
            print($"PyTorch {torch.Version}, {threads} threads");
            Turn[] turns = [.. new[] { TorchPeer.CachedBmm, TorchPeer.CachedBag, TorchPeer.Recompute }.Select(peer => Prepare(torch, peer))];
            using EngineRate engine = new(manifest, threads, OurBatch, EngineCurve.WarmUpSeconds);
            List<(double Rate, double Cpu)> ours = [];
            for (int round = 0; round < rounds; round++)
            {
                ours.Add(engine.Run(time));
                foreach (Turn turn in turns)
                    turn.Runs.Add(torch.Run(turn.Peer, turn.Batch, time));
            }

            TorchResult[] results = [.. turns.Select(turn => turn.Result(ours))];
            foreach (TorchResult r in results)
                print(string.Create(CultureInfo.InvariantCulture, $"{r.Peer}: {r.CpuMicroseconds:F0} us of processor time a lead-second, {r.CpuRatio:F1} times ours"));
            return (Statistics.Median(ours.Select(run => run.Rate)), results);
        }
        catch (IOException e)
        {
            print($"PyTorch: skipped, {e.Message}");
            return null;
        }
    }

    private Turn Prepare(TorchPeer torch, string peer)
    {
        double difference = torch.Check(peer);
        int[] batches = peer == TorchPeer.Recompute ? RecomputedBatches : CachedBatches;
        (int Batch, double Rate)[] tried = [.. batches.Select(batch => (batch, Best(() => torch.Run(peer, batch, time / 4).Rate)))];
        (int best, _) = tried.MaxBy(t => t.Rate);
        print($"{peer}: answers at most {difference:E1} from ours; lead-seconds/s by batch: {string.Join(", ", tried.Select(t => $"{t.Batch}: {t.Rate:F0}"))}");
        return new Turn(peer, best, difference);
    }

    /// <summary>The better of three: one that something disturbed must not decide which batch a peer gets.</summary>
    private static double Best(Func<double> run) => Enumerable.Range(0, 3).Max(_ => run());

    private sealed record Turn(string Peer, int Batch, double Difference)
    {
        public List<(double Rate, double Cpu)> Runs { get; } = [];

        public TorchResult Result(List<(double Rate, double Cpu)> ours) => new(
            Peer,
            Batch,
            Statistics.Median(Runs.Select(run => run.Rate)),
            Statistics.Median(ours.Zip(Runs, (o, p) => o.Rate / p.Rate)),
            Statistics.Median(Runs.Select(run => run.Cpu)),
            Statistics.Median(ours.Zip(Runs, (o, p) => p.Cpu / o.Cpu)),
            Difference);
    }
}
