using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Tool.Tests;

public sealed class NpyFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void Write_SmallMatrix_HeaderAndBytesAsNumPyWantsThem()
    {
        NpyFile.Write<int>(path, "<i4", [1, 2, 3, 4, 5, 6], 3, 2);

        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        string header = Encoding.ASCII.GetString(bytes, 10, bytes.Length - 10 - 24);
        Assert.StartsWith("{'descr': '<i4', 'fortran_order': False, 'shape': (3, 2,), }", header, StringComparison.Ordinal);
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0], bytes[^24..]);
    }

    [Fact]
    public void Write_AnyShape_DataBeginsAtAMultipleOf64AndLengthIsStated()
    {
        Prop.ForAll(Gen.Choose(0, 400).Two().ToArbitrary(), shape =>
        {
            NpyFile.Write<byte>(path, "|u1", new byte[shape.Item1 * shape.Item2], shape.Item1, shape.Item2);
            byte[] bytes = File.ReadAllBytes(path);
            int begin = 10 + (bytes[8] | bytes[9] << 8);
            return begin % 64 == 0 && bytes.Length == begin + shape.Item1 * shape.Item2;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Write_ShapeThatDoesNotFit_Throws() =>
        Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(path, "<i4", [1, 2, 3], 2, 2));

    public void Dispose() => File.Delete(path);
}
