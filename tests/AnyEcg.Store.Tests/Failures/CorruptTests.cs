using System.Security.Cryptography;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>A file that is no (whole) database is refused in words, at start.</summary>
public sealed class CorruptTests
{
    [Fact]
    public void Open_NoDatabase_IsRefused()
    {
        using SqlitePlace place = new();
        Directory.CreateDirectory(Path.GetDirectoryName(place.File)!);
        File.WriteAllBytes(place.File, SHA256.HashData(Bytes("no database")).Concat(new byte[9000]).ToArray());
        Refused(place);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 3000)]
    public void Open_BeginningOverwritten_IsRefused(int from, int length)
    {
        using SqlitePlace place = new();
        using (RunningStore store = new(place))
            store.Append([.. Enumerable.Range(0, 200).Select(i => Input(Anna, i, new byte[500]))]);
        using (FileStream file = File.OpenWrite(place.File))
        {
            file.Position = from;
            file.Write([.. Enumerable.Repeat((byte)0xa5, length)]);
        }

        Refused(place);
    }

    [Fact]
    public void Open_FileCutShort_IsRefused()
    {
        using SqlitePlace place = new();
        using (RunningStore store = new(place))
            store.Append([.. Enumerable.Range(0, 500).Select(i => Input(Anna, i, new byte[500]))]);
        using (FileStream file = File.OpenWrite(place.File))
            file.SetLength(place.Options.PageBytes * 6);
        Refused(place);
    }

    private static void Refused(SqlitePlace place)
    {
        StoreRefusedException refused = Assert.Throws<StoreRefusedException>(() => new RunningStore(place).Dispose());
        Assert.Equal(StoreFailure.Corrupt, refused.Failure);
        Assert.DoesNotContain(place.File, refused.Message, StringComparison.Ordinal);
    }
}
