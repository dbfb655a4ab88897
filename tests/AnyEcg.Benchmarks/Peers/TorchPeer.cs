namespace AnyEcg.Benchmarks;

/// <summary>PyTorch on the released weights (<c>torch_peer.py</c>): it is timed only after its answers are found to be the engine's.</summary>
internal sealed class TorchPeer : IDisposable
{
    public const string Recompute = "recompute", CachedBmm = "cached-bmm", CachedBag = "cached-bag";

    /// <summary>A recording of one window: from its end on the answer of a recomputed window is another one.</summary>
    private const int CheckSeconds = 64, CheckStreams = 4;

    /// <summary>Rings of 16 bits and another order of additions make the difference.</summary>
    private static readonly AnswerTolerance Tolerance = new(Probability: 1e-3, Nats: 1e-2);

    private readonly PythonPeer python;
    private readonly string manifest;

    public TorchPeer(string manifest, int threads)
    {
        this.manifest = manifest;
        python = PythonPeer.Start("torch_peer", manifest, FormattableString.Invariant($"{threads}"));
    }

    public string Version => python.Version;

    /// <summary>Lead-seconds a second of a peer at a batch, with full rings, and processor time of one in microseconds, all threads.</summary>
    public (double Rate, double CpuMicroseconds) Run(string peer, int batch, TimeSpan time)
    {
        System.Text.Json.Nodes.JsonNode answer = python.Ask(new Dictionary<string, object> { ["do"] = "time", ["peer"] = peer, ["batch"] = batch, ["seconds"] = time.TotalSeconds });
        double leadSeconds = answer["leadSeconds"]!.GetValue<double>();
        return (leadSeconds / answer["seconds"]!.GetValue<double>(), 1e6 * answer["cpuSeconds"]!.GetValue<double>() / leadSeconds);
    }

    /// <summary>Largest difference between the peer's and the engine's answers to the same seconds.</summary>
    /// <exception cref="InvalidDataException">They are not equal within tolerance: there is nothing to compare.</exception>
    public double Check(string peer)
    {
        using EngineRate engine = new(manifest, 1, CheckStreams, warmUp: 0);
        try
        {
            return new PeerAnswers(CheckStreams, CheckSeconds).Check(engine, Ask, Tolerance);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{peer}: {e.Message}", e);
        }

        void Ask(string input, string output) => python.Ask(
            new Dictionary<string, object> { ["do"] = "check", ["peer"] = peer, ["input"] = input, ["output"] = output, ["streams"] = CheckStreams, ["seconds"] = CheckSeconds });
    }

    public void Dispose() => python.Dispose();
}
