using System.Text.Json.Nodes;
using AnyEcg.Engine;

namespace AnyEcg.Benchmarks;

/// <summary>One way of writing the network in PyTorch.</summary>
/// <param name="Attention">sdpa (the fused one), products, sums.</param>
/// <param name="Tokenizer">convolutions or products.</param>
/// <param name="Compiled">Through torch.compile.</param>
internal sealed record TorchVariant(string Attention, string Tokenizer, bool Compiled)
{
    public override string ToString() => $"{Attention}, {Tokenizer}{(Compiled ? ", compiled" : "")}";
}

/// <summary>The fastest variant at one number of streams, in milliseconds a step: the card alone, and with samples in and answers out.</summary>
internal sealed record CudaTorchResult(TorchVariant Variant, int Streams, double Milliseconds, double WithCopies);

/// <summary>PyTorch on the same weights (<c>torch_cuda.py</c>): bfloat16, cached rings, one CUDA graph; it is timed only after its answers are found to be the engine's.</summary>
internal sealed class CudaTorch : IDisposable
{
    private const int CheckStreams = 32, CheckSeconds = 70;

    private static readonly AnswerTolerance Exact = new(Probability: 1e-3, Nats: 1e-2), Bfloat = new(Probability: 3e-2, Nats: 0.2, OtherCodes: 0.1);

    private readonly PythonPeer python;
    private readonly bool bfloat;

    /// <param name="interpreter">Its PyTorch is used.</param>
    /// <param name="manifest">The weights.</param>
    /// <param name="device">cuda or cpu.</param>
    /// <param name="bfloat">Numbers of 16 bits; else float32.</param>
    /// <exception cref="IOException">It cannot run here; the message says why.</exception>
    public CudaTorch(string interpreter, string manifest, string device, bool bfloat)
    {
        this.bfloat = bfloat;
        python = PythonPeer.StartWith(interpreter, "torch_cuda", manifest, device, bfloat ? "bfloat16" : "float32");
        bool compiles = device == "cuda" && python.Hello["compiles"]!.GetValue<bool>(), fused = python.Hello["fused"]!.GetValue<bool>();
        string[] attentions = [.. fused ? new[] { "sdpa" } : [], "products", "sums"];
        Variants =
        [
            .. from attention in attentions from tokenizer in new[] { "convolutions", "products" } from compiled in compiles ? new[] { false, true } : [false]
               select new TorchVariant(attention, tokenizer, compiled),
        ];
    }

    public string About => $"PyTorch {python.Version} on {python.Hello["device"]!.GetValue<string>()}";

    public IReadOnlyList<TorchVariant> Variants { get; }

    /// <summary>Largest difference between a variant's and the engine's answers to the same seconds.</summary>
    /// <param name="variant">Which.</param>
    /// <param name="runner">An engine with room for 32 streams; disposed.</param>
    /// <exception cref="InvalidDataException">They are not equal within tolerance.</exception>
    /// <exception cref="IOException">The variant does not run.</exception>
    public double Check(TorchVariant variant, IModelRunner runner)
    {
        using EngineRate engine = new(runner, CheckStreams, warmUp: 0);
        return new PeerAnswers(CheckStreams, CheckSeconds).Check(
            engine,
            (input, output) => Ask(variant, new() { ["do"] = "check", ["input"] = input, ["output"] = output, ["streams"] = CheckStreams, ["seconds"] = CheckSeconds }),
            bfloat ? Bfloat : Exact);
    }

    /// <summary>Median milliseconds of a step with full rings.</summary>
    /// <exception cref="IOException">The variant does not run so.</exception>
    public double Time(TorchVariant variant, int streams, int steps, bool copies)
    {
        JsonNode answer = Ask(variant, new() { ["do"] = "time", ["batch"] = streams, ["steps"] = steps, ["copies"] = copies });
        return Statistics.Median(answer["milliseconds"]!.AsArray().Select(time => time!.GetValue<double>()));
    }

    public void Dispose() => python.Dispose();

    private JsonNode Ask(TorchVariant variant, Dictionary<string, object> request)
    {
        (request["attention"], request["tokenizer"], request["compiled"]) = (variant.Attention, variant.Tokenizer, variant.Compiled);
        JsonNode answer = python.Ask(request);
        return answer["error"] is { } error ? throw new IOException(error.GetValue<string>()) : answer;
    }
}
