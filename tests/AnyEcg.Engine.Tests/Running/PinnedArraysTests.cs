using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnyEcg.Engine.Tests;

public sealed class PinnedArraysTests
{
    [Fact]
    public void Of_ManyArrays_StayWhereTheyAreAndShareNoPage()
    {
        float[][] arrays = [.. Enumerable.Range(1, 40).Select(i => PinnedArrays.Of<float>(100 * i))];
        nint[] before = [.. arrays.Select(Address)];
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.Equal(before, arrays.Select(Address));
        AssertShareNoPage(arrays);
    }

    [Fact]
    public void Of_HolesBetweenThem_ShareNoPage()
    {
        byte[][] walls = PunchHoles();
        float[][] arrays = [.. Enumerable.Range(1, 40).Select(i => PinnedArrays.Of<float>(25 * i))];
        AssertShareNoPage(arrays);
        GC.KeepAlive(walls);
    }

    [Fact]
    public void Of_Nothing_IsEmpty() => Assert.Empty(PinnedArrays.Of<int>(0));

    /// <summary>Holes of two pages, into which a page fits with a small array on either side; what stands between them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[][] PunchHoles()
    {
        byte[][] pinned = [.. Enumerable.Range(0, 400).Select(i => GC.AllocateArray<byte>(i % 2 == 0 ? 2 * Environment.SystemPageSize : 64, pinned: true))];
        byte[][] walls = [.. pinned.Where(array => array.Length == 64)];
        Array.Clear(pinned);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        return walls;
    }

    private static void AssertShareNoPage(float[][] arrays)
    {
        HashSet<nint> pages = [];
        foreach (float[] array in arrays)
        {
            nint last = Address(array) + array.Length * sizeof(float) - 1;
            for (nint page = Address(array) / Environment.SystemPageSize; page <= last / Environment.SystemPageSize; page++)
            {
                Assert.True(pages.Add(page));
            }
        }

        GC.KeepAlive(arrays);
    }

    private static nint Address(float[] array) => Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
}
