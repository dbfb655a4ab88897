using System.Runtime.InteropServices;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Benchmarks;

/// <summary>PyTorch on the released weights (<c>torch_peer.py</c>): it is timed only after its answers are found to be the engine's.</summary>
internal sealed class TorchPeer : IDisposable
{
    public const string Recompute = "recompute", CachedBmm = "cached-bmm", CachedBag = "cached-bag";

    /// <summary>Largest difference of any probability; rings of 16 bits and another order of additions make it.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>The same of the surprise, in nats.</summary>
    private const double SurpriseTolerance = 1e-2;

    /// <summary>A recording of one window: from its end on the answer of a recomputed window is another one.</summary>
    private const int CheckSeconds = 64, CheckStreams = 4;

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
        DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-torch");
        try
        {
            string input = Path.Combine(folder.FullName, "input"), output = Path.Combine(folder.FullName, "output");
            (float[] patches, float[] context) = Signals();
            File.WriteAllBytes(input, [.. MemoryMarshal.AsBytes<float>(patches), .. MemoryMarshal.AsBytes<float>(context)]);
            python.Ask(new Dictionary<string, object> { ["do"] = "check", ["peer"] = peer, ["input"] = input, ["output"] = output, ["streams"] = CheckStreams, ["seconds"] = CheckSeconds });
            return Compare(peer, Ours(patches, context), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => python.Dispose();

    /// <summary>Waves of several frequencies and sizes with noise; features at random. [second, stream, ...]</summary>
    private static (float[] Patches, float[] Context) Signals()
    {
        Random random = new(7);
        float[] patches = new float[CheckSeconds * CheckStreams * PatchSecond.PatchSamples], context = new float[CheckSeconds * CheckStreams * ContextFeatures.Count];
        for (int i = 0; i < patches.Length; i++)
        {
            int stream = i / PatchSecond.PatchSamples % CheckStreams;
            double time = i / (PatchSecond.PatchSamples * CheckStreams) + i % PatchSecond.PatchSamples / (double)PatchSecond.PatchSamples;
            patches[i] = (float)((1 + stream) * Math.Pow(Math.Sin(Math.PI * (0.9 + 0.4 * stream) * time), 15) + 0.1 * (random.NextDouble() - 0.5));
        }

        foreach (ref float feature in context.AsSpan())
            feature = 4 * (random.NextSingle() - 0.5f);
        return (patches, context);
    }

    private StepScores Ours(float[] patches, float[] context)
    {
        using EngineRate engine = new(manifest, 1, CheckStreams, warmUp: 0);
        int samples = patches.Length / CheckSeconds, features = context.Length / CheckSeconds;
        StepScores scores = null!;
        for (int second = 0; second < CheckSeconds; second++)
            scores = engine.Step(patches.AsSpan(second * samples, samples), context.AsSpan(second * features, features));
        return scores;
    }

    private static double Compare(string peer, StepScores ours, ReadOnlySpan<float> theirs)
    {
        double largest = 0;
        foreach ((string head, ReadOnlyMemory<float> values, double tolerance) in Heads(ours))
        {
            for (int i = 0; i < values.Length; i++)
            {
                double difference = Math.Abs(values.Span[i] - theirs[i]);
                if (!(difference <= tolerance))
                    throw new InvalidDataException(FormattableString.Invariant($"{peer}: {head} differs by {difference} from the engine's"));
                largest = Math.Max(largest, difference);
            }

            theirs = theirs[values.Length..];
        }

        return theirs.IsEmpty ? largest : throw new InvalidDataException($"{peer}: {theirs.Length} values too many");
    }

    /// <summary>In the order of <c>ANSWERS</c> in <c>torch_peer.py</c>..</summary>
    private static IEnumerable<(string Head, ReadOnlyMemory<float> Values, double Tolerance)> Heads(StepScores s)
    {
        yield return ("rhythm", s.Rhythm, Tolerance);
        yield return ("anomaly", s.Anomaly, Tolerance);
        yield return ("recordAnomaly", s.RecordAnomaly, Tolerance);
        yield return ("arrhythmia", s.Arrhythmia, Tolerance);
        yield return ("strip", s.Strip, Tolerance);
        yield return ("beats", s.Beats, Tolerance);
        yield return ("beatOffset", s.BeatOffset, Tolerance);
        yield return ("surprise", s.Surprise, SurpriseTolerance);
        yield return ("code", Array.ConvertAll(s.Code, code => (float)code), 0);
    }
}
