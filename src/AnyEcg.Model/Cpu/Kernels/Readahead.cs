using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>
/// Memory that one worker will read after the products that it now computes: the rings of the next tokens. The product kernels ask for a
/// cache line beside every input, so that it arrives while they multiply. Only a hint: no result depends on it.
/// </summary>
internal sealed unsafe class Readahead(int capacity)
{
    private const int Line = 64;

    private readonly nint[] starts = new nint[capacity];
    private readonly int[] lengths = new int[capacity];
    private int count, at, offset;

    /// <summary>Forgets what was not asked for yet.</summary>
    public void Clear() => (count, at, offset) = (0, 0, 0);

    public void Add(void* start, int bytes)
    {
        if (count < starts.Length)
        {
            starts[count] = (nint)start;
            lengths[count++] = bytes;
        }
    }

    /// <summary>Asks for so many lines at once, where the product is not computed here.</summary>
    public void Ask(long lines)
    {
        const int Some = 64;
        for (; lines > 0 && at < count; lines -= Some)
        {
            byte* next = Take(Some, null, out nint step);
            for (int i = 0; i < Some; i++, next += step)
            {
                Sse.Prefetch1(next);
            }
        }
    }

    /// <summary>Where to ask for so many lines. The rest of a block is left out where more would be asked for behind it than in it.</summary>
    public byte* Take(int lines, byte* idle, out nint step)
    {
        if (at == count)
        {
            step = 0;
            return idle;
        }

        byte* next = (byte*)starts[at] + offset;
        offset += lines * Line;
        if (lengths[at] - offset < lines * Line / 2)
        {
            at++;
            offset = 0;
        }

        step = Line;
        return next;
    }
}
