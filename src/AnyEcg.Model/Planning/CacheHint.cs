using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AnyEcg.Model;

/// <summary>Asks the caches for memory that is read soon. No result depends on it; where the processor is asked in another way, nothing happens.</summary>
internal static unsafe class CacheHint
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<T>(ref T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref place));
        }
    }
}
