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
        HashSet<nint> pages = [];
        for (int i = 0; i < arrays.Length; i++)
        {
            nint last = before[i] + arrays[i].Length * sizeof(float) - 1;
            for (nint page = before[i] / Environment.SystemPageSize; page <= last / Environment.SystemPageSize; page++)
            {
                Assert.True(pages.Add(page));
            }
        }
    }

    [Fact]
    public void Of_Nothing_IsEmpty() => Assert.Empty(PinnedArrays.Of<int>(0));

    private static nint Address(float[] array) => Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
}
