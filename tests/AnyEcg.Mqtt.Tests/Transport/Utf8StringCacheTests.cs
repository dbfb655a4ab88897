using System.Text;

namespace AnyEcg.Mqtt.Tests;

public sealed class Utf8StringCacheTests
{
    [Fact]
    public void Get_SameBytes_GivesTheSameObject()
    {
        Utf8StringCache cache = new(1000);
        string first = cache.Get("ecg/v1/ä"u8);
        Assert.Equal("ecg/v1/ä", first);
        Assert.Same(first, cache.Get("ecg/v1/ä"u8));
        Assert.Equal(1, cache.Misses);
        Assert.Same("", cache.Get([]));
    }

    [Fact]
    public void Get_AsManyAsFit_AreEachMadeOnce()
    {
        Utf8StringCache cache = new(500);
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 500; i++)
                Assert.Equal($"t/{i}", cache.Get(Encoding.UTF8.GetBytes($"t/{i}")));
        }

        Assert.Equal(500, cache.Misses);
    }

    [Fact]
    public void Get_MoreThanFit_KeepsThoseInUse()
    {
        Utf8StringCache cache = new(8);
        string busy = cache.Get("busy"u8);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal($"t/{i}", cache.Get(Encoding.UTF8.GetBytes($"t/{i}")));
            Assert.Same(busy, cache.Get("busy"u8));
        }

        Assert.Equal(501, cache.Misses);
        Assert.Equal("t/0", cache.Get("t/0"u8));
        Assert.Equal(502, cache.Misses);
    }

    [Fact]
    public void Ids_AllTaken_TellSo()
    {
        PacketIds ids = new();
        HashSet<ushort> taken = [];
        while (ids.TryTake(out ushort id))
            Assert.True(taken.Add(id));
        Assert.Equal(65_535, taken.Count);
        Assert.DoesNotContain((ushort)0, taken);
        ids.Release(17);
        ids.Release(17);
        Assert.True(ids.TryTake(out ushort again));
        Assert.Equal(17, again);
        Assert.False(ids.TryTake(out _));
    }
}
