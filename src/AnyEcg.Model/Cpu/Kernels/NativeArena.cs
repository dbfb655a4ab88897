using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// Native memory of one runner: taken while it is built, freed all at once. Aligned to a cache line, out of the garbage
/// collector's sight. Not thread-safe.
/// </summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private const nuint Alignment = 64;

    private readonly List<nint> blocks = [];

    /// <summary>Takes a block of floats, all 0.</summary>
    public float* Floats(long count) => (float*)Bytes(checked(count * sizeof(float)));

    /// <summary>Takes a block of bytes, all 0.</summary>
    public byte* Bytes(long count)
    {
        byte* block = Uninitialized(count);
        NativeMemory.Clear(block, (nuint)count);
        return block;
    }

    /// <summary>Takes a block with undefined contents: pages that nobody writes cost no memory.</summary>
    public byte* Uninitialized(long count)
    {
        nint block = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(count, 1), Alignment);
        blocks.Add(block);
        return (byte*)block;
    }

    /// <summary>Takes a block with these values.</summary>
    public float* Copy(ReadOnlySpan<float> values)
    {
        float* block = Floats(values.Length);
        values.CopyTo(new Span<float>(block, values.Length));
        return block;
    }

    public void Dispose()
    {
        foreach (nint block in blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }

        blocks.Clear();
    }
}
