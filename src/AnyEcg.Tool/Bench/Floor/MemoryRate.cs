using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Tool;

/// <summary>Rates of the memory: bytes a second that threads together read from a buffer, or copy from one half of it to the other.</summary>
internal sealed class MemoryRate
{
    private const int Attempts = 25;

    private readonly float[] buffer;

    /// <param name="bytes">Size of the buffer: far above the caches for the memory itself, below for a cache.</param>
    public MemoryRate(long bytes)
    {
        buffer = GC.AllocateUninitializedArray<float>((int)(bytes / sizeof(float)));
        buffer.AsSpan().Fill(1);
    }

    /// <summary>Every byte of the buffer read once, each thread its share.</summary>
    public double Read(int threads)
    {
        float[] results = new float[threads * 64];
        int share = buffer.Length / threads;
        double seconds = ParallelTiming.Shortest(threads, Attempts, worker => results[worker * 64] = Sum(buffer.AsSpan(worker * share, share)));
        return (double)sizeof(float) * share * threads / seconds;
    }

    /// <summary>Bytes copied; each is read once and written once.</summary>
    public double Copy(int threads)
    {
        int half = buffer.Length / 2, share = half / threads;
        double seconds = ParallelTiming.Shortest(
            threads, Attempts, worker => buffer.AsSpan(worker * share, share).CopyTo(buffer.AsSpan(half + worker * share, share)));
        return (double)sizeof(float) * share * threads / seconds;
    }

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
}
