using System.Runtime.InteropServices;

namespace AnyEcg.Engine;

/// <summary>
/// Arrays that the collector never moves: a device copies from and to them while the host goes on. Not every driver locks a page for two arrays,
/// so no two that live at the same time share one. Any thread.
/// </summary>
internal static class PinnedArrays
{
    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<Array>> Taken = [];

    /// <summary>An array of zeros.</summary>
    public static T[] Of<T>(int length)
        where T : unmanaged
    {
        if (length == 0)
        {
            return [];
        }

        // A page in between is mostly enough; where the collector has left holes it lies elsewhere, and what was refused fills the hole until one fits.
        List<Array> fillers = [];
        while (true)
        {
            fillers.Add(GC.AllocateUninitializedArray<byte>(Environment.SystemPageSize, pinned: true));
            T[] array = GC.AllocateArray<T>(length, pinned: true);
            if (TryTake(array))
            {
                GC.KeepAlive(fillers);
                return array;
            }

            fillers.Add(array);
        }
    }

    private static bool TryTake(Array array)
    {
        (nint first, nint last) = Pages(array);
        lock (Gate)
        {
            Taken.RemoveAll(taken => !taken.TryGetTarget(out _));
            foreach (WeakReference<Array> taken in Taken)
            {
                if (taken.TryGetTarget(out Array? other) && Pages(other) is var (otherFirst, otherLast) && first <= otherLast && otherFirst <= last)
                {
                    return false;
                }
            }

            Taken.Add(new WeakReference<Array>(array));
            return true;
        }
    }

    private static (nint First, nint Last) Pages(Array array)
    {
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        return (address / Environment.SystemPageSize, (address + Buffer.ByteLength(array) - 1) / Environment.SystemPageSize);
    }
}
