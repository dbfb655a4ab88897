namespace AnyEcg.Model.Tests;

public sealed unsafe class BfloatTests
{
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2f, 0xC000)]
    [InlineData(0f, 0)]
    [InlineData(1.00390625f, 0x3F80)] // Half way between two: the even one.
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(1.0039064f, 0x3F81)]
    [InlineData(0.99999994f, 0x3F80)]
    public void Convert_KnownValues_RoundsToTheNearestEven(float value, int expected)
    {
        float* from = stackalloc float[40];
        ushort* to = stackalloc ushort[40];
        new Span<float>(from, 40).Fill(value);
        Bfloat.Convert(from, 40, to);
        Assert.All(new ReadOnlySpan<ushort>(to, 40).ToArray(), bits => Assert.Equal(expected, bits));
    }

    [Fact]
    public void Convert_AnyValues_IsWithinHalfAStep()
    {
        const int Count = 1000;
        Random random = new(3);
        float* from = stackalloc float[Count];
        ushort* to = stackalloc ushort[Count];
        for (int i = 0; i < Count; i++)
            from[i] = (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-20, 20));
        Bfloat.Convert(from, Count, to);
        for (int i = 0; i < Count; i++)
            Assert.InRange(MathF.Abs(BitConverter.UInt32BitsToSingle((uint)to[i] << 16) - from[i]), 0, MathF.Abs(from[i]) / 256);
    }
}
