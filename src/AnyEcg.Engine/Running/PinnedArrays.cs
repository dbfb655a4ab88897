using System.Runtime.CompilerServices;

namespace AnyEcg.Engine;

/// <summary>
/// Arrays that the collector never moves: a device copies from and to them while the host goes on. A page can be locked for a device once only, so
/// a page of nothing stands between any two of them, for as long as the one behind it lives.
/// </summary>
internal static class PinnedArrays
{
    private static readonly ConditionalWeakTable<Array, byte[]> Between = [];

    /// <summary>An array of zeros.</summary>
    public static T[] Of<T>(int length)
        where T : unmanaged
    {
        if (length == 0)
        {
            return [];
        }

        byte[] page = GC.AllocateUninitializedArray<byte>(Environment.SystemPageSize, pinned: true);
        T[] array = GC.AllocateArray<T>(length, pinned: true);
        Between.Add(array, page);
        return array;
    }
}
