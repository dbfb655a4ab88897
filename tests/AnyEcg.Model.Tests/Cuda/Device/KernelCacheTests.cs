namespace AnyEcg.Model.Tests;

public sealed class KernelCacheTests : IDisposable
{
    private static readonly byte[] Image = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    private readonly string folder = Directory.CreateTempSubdirectory("anyecg-kernels").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Read_AfterWrite_GivesTheImageToAnotherCacheToo()
    {
        new KernelCache(folder).Write("key", Image);

        Assert.Equal(Image, new KernelCache(folder).Read("key"));
        Assert.Null(new KernelCache(folder).Read("other"));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void Write_FolderMissing_MakesIt()
    {
        var cache = new KernelCache(Path.Combine(folder, "deep", "er"));

        cache.Write("key", Image);

        Assert.Equal(Image, cache.Read("key"));
        Assert.Null(cache.Trouble);
    }

    [Fact]
    public void Write_AgainUnderOneKey_Replaces()
    {
        var cache = new KernelCache(folder);
        cache.Write("key", Image);
        cache.Write("key", [1, 2, 3]);

        Assert.Equal([1, 2, 3], cache.Read("key"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(41)]
    [InlineData(1039)]
    public void Read_OneBitTurned_GivesNothing(int at)
    {
        var cache = new KernelCache(folder);
        cache.Write("key", Image);
        string file = Assert.Single(Directory.GetFiles(folder));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 16;
        File.WriteAllBytes(file, bytes);

        Assert.Null(cache.Read("key"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(500)]
    public void Read_CutShort_GivesNothing(int length)
    {
        var cache = new KernelCache(folder);
        cache.Write("key", Image);
        string file = Assert.Single(Directory.GetFiles(folder));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);

        Assert.Null(cache.Read("key"));
    }

    /// <summary>A file where the folder should be: it cannot be written, whoever runs the tests.</summary>
    [Fact]
    public void Write_FolderCannotBe_SaysSoAndGoesOn()
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var cache = new KernelCache(file);

        cache.Write("key", Image);

        Assert.Contains(file, cache.Trouble, StringComparison.Ordinal);
        Assert.Null(cache.Read("key"));
    }

    [Fact]
    public void Write_NoFolder_KeepsNothing()
    {
        var cache = new KernelCache(null);

        cache.Write("key", Image);

        Assert.Null(cache.Read("key"));
        Assert.Null(cache.Trouble);
    }

    [Fact]
    public void Key_OfAnythingElse_Differs()
    {
        KernelSources sources = Sources(("a.cu", "one"), ("b.cuh", "two"));
        string[] keys =
        [
            KernelCache.Key(sources, ["-x"], "13.0"),
            KernelCache.Key(Sources(("a.cu", "one"), ("b.cuh", "twoo")), ["-x"], "13.0"),
            KernelCache.Key(Sources(("a.cu", "one"), ("c.cuh", "two")), ["-x"], "13.0"),
            KernelCache.Key(Sources(("a.cu", "onetwo"), ("b.cuh", "")), ["-x"], "13.0"),
            KernelCache.Key(sources, ["-y"], "13.0"),
            KernelCache.Key(sources, ["-x", "-y"], "13.0"),
            KernelCache.Key(sources, ["-x"], "13.1"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], KernelCache.Key(Sources(("b.cuh", "two"), ("a.cu", "one")), ["-x"], "13.0"));
    }

    private static KernelSources Sources(params (string Name, string Text)[] files) => new("a.cu", files.ToDictionary(file => file.Name, file => file.Text));
}
