using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using AnyEcg.Tool;

namespace AnyEcg.Benchmarks;

/// <summary>The rate at which a library multiplies large matrices: OpenBLAS in this process, with the kernels of this processor.</summary>
internal static partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int Size = 2048, Attempts = 7;
    private const int RowMajor = 101, NoTranspose = 111;

    /// <summary>What OpenBLAS is to be told: an older one does not know newer processors and falls back to kernels of 2004.</summary>
    public static string? CoreType => Avx512F.IsSupported ? "SkylakeX" : Avx2.IsSupported ? "Haswell" : null;

    /// <summary>Floating-point operations a second of a product of 2048 x 2048, single precision; null where the library is not installed.</summary>
    public static double? Gemm(int threads)
    {
        // The library reads its environment when it is loaded, and .NET's own setter does not reach native code.
        if (CoreType is { } core)
            SetEnvironment("OPENBLAS_CORETYPE", core, 1);
        if (!NativeLibrary.TryLoad(Library, typeof(OpenBlas).Assembly, DllImportSearchPath.SafeDirectories, out _))
            return null;

        SetThreads(threads);
        float[] a = Noise(1), b = Noise(2), c = new float[Size * Size];
        Multiply(a, b, c);
        double seconds = ParallelTiming.Shortest(1, Attempts, _ => Multiply(a, b, c));
        return 2.0 * Size * Size * Size / seconds;
    }

    private static void Multiply(float[] a, float[] b, float[] c) =>
        Sgemm(RowMajor, NoTranspose, NoTranspose, Size, Size, Size, 1, a, Size, b, Size, 0, c, Size);

    private static float[] Noise(int seed)
    {
        Random random = new(seed);
        float[] values = new float[Size * Size];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return values;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha, float[] a, int lda, float[] b, int ldb, float beta, [In, Out] float[] c, int ldc);
}
