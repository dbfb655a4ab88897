namespace AnyEcg.Protocol.Tests;

public sealed class Crc32CTests
{
    [Fact]
    public void Finish_CheckString_IsTheCataloguedValue()
        => Assert.Equal(0xE306_9283u, Crc32C.Finish(Crc32C.Append(Crc32C.Seed, "123456789"u8)));

    [Fact]
    public void Append_InTwoParts_EqualsOne()
    {
        byte[] bytes = [.. Enumerable.Range(0, 50).Select(i => (byte)(i * 7))];
        uint whole = Crc32C.Append(Crc32C.Seed, bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(whole, Crc32C.Append(Crc32C.Append(Crc32C.Seed, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }
}
