using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Tool;

/// <summary>
/// Rates of the memory: bytes a second that threads together read from a buffer, or copy from one half of it to the other. The buffer asks for
/// large pages, as the network's rings do: with small ones a quarter of the rate goes into finding them.
/// </summary>
internal sealed unsafe partial class MemoryRate : IDisposable
{
    private const int Attempts = 25, LargePage = 2 << 20, AdviseHugePages = 14;

    private readonly float* buffer;
    private readonly int length;

    /// <param name="bytes">Size of the buffer, at most 8 GiB: far above the caches for the memory itself, below for a cache.</param>
    public MemoryRate(long bytes)
    {
        length = checked((int)(bytes / sizeof(float)));
        buffer = (float*)NativeMemory.AlignedAlloc((nuint)bytes, LargePage);
        if (OperatingSystem.IsLinux())
        {
            // Only advice: a system without large pages refuses it.
            _ = Advise(buffer, (nuint)bytes, AdviseHugePages);
        }

        new Span<float>(buffer, length).Fill(1);
    }

    /// <summary>Every byte of the buffer read once, each thread its share.</summary>
    public double Read(int threads)
    {
        float[] results = new float[threads * 64];
        int share = length / threads;
        double seconds = ParallelTiming.Shortest(threads, Attempts, worker => results[worker * 64] = Sum(Part(worker * share, share)));
        return (double)sizeof(float) * share * threads / seconds;
    }

    /// <summary>Bytes copied; each is read once and written once.</summary>
    public double Copy(int threads)
    {
        int half = length / 2, share = half / threads;
        double seconds = ParallelTiming.Shortest(threads, Attempts, worker => Part(worker * share, share).CopyTo(Part(half + worker * share, share)));
        return (double)sizeof(float) * share * threads / seconds;
    }

    public void Dispose() => NativeMemory.AlignedFree(buffer);

    private Span<float> Part(int start, int count) => new(buffer + start, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector512<float>> rows = MemoryMarshal.Cast<float, Vector512<float>>(values);
        Vector512<float> a = default, b = default, c = default, d = default;
        for (; rows.Length >= 4; rows = rows[4..])
        {
            a += rows[0];
            b += rows[1];
            c += rows[2];
            d += rows[3];
        }

        return Vector512.Sum(a + b + c + d);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
