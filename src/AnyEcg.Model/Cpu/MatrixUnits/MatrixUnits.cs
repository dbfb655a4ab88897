using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// The matrix units of the processor (AMX), by oneDNN, where both are there: products of bfloat16 with sums in float32. Each thread that
/// computes has a stream and a buffer of its own. One of each runner.
/// </summary>
internal sealed unsafe class MatrixUnits : IDisposable
{
    /// <summary>Most rows of one product.</summary>
    public const int MostRows = 128;

    private readonly ThreadLocal<MatrixThread> threads;
    private readonly List<BfloatMatrix> matrices = [];
    private readonly int widest;
    private int products;

    private MatrixUnits(nint engine, int widest)
    {
        Engine = engine;
        this.widest = widest;
        threads = new ThreadLocal<MatrixThread>(() => new MatrixThread(engine, this.widest), trackAllValues: true);
    }

    public nint Engine { get; }

    /// <summary>Memory of weights and descriptors.</summary>
    public NativeArena Arena { get; } = new();

    /// <summary>What the calling thread computes with.</summary>
    public MatrixThread Thread => threads.Value!;

    /// <summary>Opens them, or says why that cannot be.</summary>
    /// <param name="widest">Greatest number of inputs or outputs of any matrix.</param>
    /// <param name="why">Empty where they are open.</param>
    public static MatrixUnits? TryOpen(int widest, out string why)
    {
        why = "";
        if (!NativeLibrary.TryLoad(OneDnn.Library, out _) || !NativeLibrary.TryLoad(OneDnn.OpenMp, out _))
        {
            why = $"{OneDnn.Library} (oneDNN 2) is not installed";
        }
        else if (OneDnn.Version()[0] != 2)
        {
            why = "oneDNN is of another version than 2";
        }
        else
        {
            OneDnn.Check(OneDnn.CreateEngine(out nint engine, OneDnn.Cpu, 0));
            MatrixUnits units = new(engine, widest);
            if (units.AreThere())
                return units;
            units.Dispose();
            why = "the processor has no matrix units for bfloat16";
        }

        return null;
    }

    /// <summary>Packs a matrix; it lives as long as this.</summary>
    /// <exception cref="ArgumentException">It is wider than was said.</exception>
    public BfloatMatrix Pack(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs)
    {
        if (Math.Max(inputs, bias.Length) > widest)
            throw new ArgumentException($"A matrix of {bias.Length} x {inputs} is wider than {widest}.", nameof(weight));
        BfloatMatrix matrix = new(this, weight, bias, inputs);
        matrices.Add(matrix);
        return matrix;
    }

    /// <summary>An older processor has other ways to multiply bfloat16, or none, which the library refuses.</summary>
    private bool AreThere()
    {
        try
        {
            return BfloatMatrix.Implementation(this).Contains("amx", StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A number for a product that is being made.</summary>
    public int NextProduct() => products++;

    public void Dispose()
    {
        foreach (MatrixThread thread in threads.Values)
            thread.Dispose();
        foreach (BfloatMatrix matrix in matrices)
            matrix.Dispose();
        threads.Dispose();
        _ = OneDnn.DestroyEngine(Engine);
        Arena.Dispose();
    }
}

/// <summary>A stream, and room for the rows of one product, of one thread.</summary>
internal sealed unsafe class MatrixThread : IDisposable
{
    private readonly List<BfloatCall?> calls = [];

    public MatrixThread(nint engine, int widest)
    {
        // A worker is one thread of ours: the library's own would only be in its way.
        OneDnn.SetThreadsOfThisThread(1);
        OneDnn.Check(OneDnn.CreateStream(out nint stream, engine, OneDnn.InOrder));
        (Engine, Stream) = (engine, stream);
        Source = (ushort*)Arena.Bytes((long)MatrixUnits.MostRows * widest * sizeof(ushort));
        Apart = Arena.Floats((long)MatrixUnits.MostRows * widest);
    }

    public nint Engine { get; }

    public nint Stream { get; }

    public NativeArena Arena { get; } = new();

    /// <summary>Rows in bfloat16, one after the other.</summary>
    public ushort* Source { get; }

    /// <summary>Results that do not go straight to their place.</summary>
    public float* Apart { get; }

    /// <summary>What this thread calls a product with; null before its first time.</summary>
    public BfloatCall? Call(int product) => product < calls.Count ? calls[product] : null;

    public BfloatCall Keep(int product, BfloatCall call)
    {
        while (calls.Count <= product)
            calls.Add(null);
        calls[product] = call;
        return call;
    }

    public void Dispose()
    {
        foreach (BfloatCall? call in calls)
            call?.Dispose();
        _ = OneDnn.DestroyStream(Stream);
        Arena.Dispose();
    }
}
