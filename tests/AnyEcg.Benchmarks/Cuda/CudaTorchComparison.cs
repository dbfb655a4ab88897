using AnyEcg.Engine;

namespace AnyEcg.Benchmarks;

/// <summary>The PyTorch peer on a card: every way of writing it is checked, then timed, and the fastest counts.</summary>
internal sealed class CudaTorchComparison(string interpreter, string manifest, Action<string> print)
{
    private const int TrialSteps = 20, Steps = 200;

    /// <summary>The fastest at each number of streams; none, with the reason printed, where PyTorch does not run there.</summary>
    public IEnumerable<CudaTorchResult> Run(Func<IModelRunner> engine, IReadOnlyList<int> streams)
    {
        try
        {
            using CudaTorch torch = new(interpreter, manifest, "cuda", bfloat: true);
            TorchVariant[] variants = Checked(torch, engine);
            return [.. streams.Select(number => Best(torch, variants, number)).OfType<CudaTorchResult>()];
        }
        catch (IOException e)
        {
            print($"PyTorch: skipped, {e.Message}");
            return [];
        }
    }

    /// <summary>Compares the answers of every variant with an engine's, and prints by how much they differ.</summary>
    public void Check(string device, bool bfloat, Func<IModelRunner> engine)
    {
        try
        {
            using CudaTorch torch = new(interpreter, manifest, device, bfloat);
            Checked(torch, engine);
        }
        catch (IOException e)
        {
            print($"PyTorch: skipped, {e.Message}");
        }
    }

    /// <summary>Those that answer as the engine does.</summary>
    private TorchVariant[] Checked(CudaTorch torch, Func<IModelRunner> engine)
    {
        print(torch.About);
        return [.. torch.Variants.Where(variant => IsRight(torch, variant, engine))];
    }

    private bool IsRight(CudaTorch torch, TorchVariant variant, Func<IModelRunner> engine)
    {
        try
        {
            print(FormattableString.Invariant($"{variant}: answers at most {torch.Check(variant, engine()):E1} from ours"));
            return true;
        }
        catch (InvalidDataException e)
        {
            print($"{variant}: not timed, the answers differ: {e.Message}");
            Environment.ExitCode = 1;
            return false;
        }
        catch (IOException e)
        {
            print($"{variant}: does not run: {e.Message}");
            return false;
        }
    }

    private CudaTorchResult? Best(CudaTorch torch, IEnumerable<TorchVariant> variants, int streams)
    {
        List<(TorchVariant Variant, double Milliseconds)> tried = [];
        foreach (TorchVariant variant in variants)
        {
            if (Time(torch, variant, streams, TrialSteps, copies: false) is { } milliseconds)
                tried.Add((variant, milliseconds));
        }

        print(FormattableString.Invariant($"{streams:N0} streams, ms a step without copies: {string.Join("; ", tried.Select(t => FormattableString.Invariant($"{t.Variant}: {t.Milliseconds:F2}")))}"));
        if (tried.Count == 0)
            return null;
        TorchVariant best = tried.MinBy(t => t.Milliseconds).Variant;
        return Time(torch, best, streams, Steps, copies: false) is { } alone && Time(torch, best, streams, Steps, copies: true) is { } withCopies
            ? new CudaTorchResult(best, streams, alone, withCopies)
            : null;
    }

    private double? Time(CudaTorch torch, TorchVariant variant, int streams, int steps, bool copies)
    {
        try
        {
            return torch.Time(variant, streams, steps, copies);
        }
        catch (IOException e)
        {
            print(FormattableString.Invariant($"{variant}, {streams:N0} streams: no figure, {e.Message}"));
            return null;
        }
    }
}
