using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

public sealed unsafe class BlockFloatTests
{
    [Fact]
    public void Write_AnyColumns_WithinHalfAStepOfTheGreatest()
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            int width = 16 * random.Next(1, 6);
            float size = MathF.Pow(10, random.Next(-6, 6));
            float[] x = [.. Enumerable.Range(0, width).Select(_ => size * (2 * random.NextSingle() - 1))];
            float greatest = x.Max(MathF.Abs);
            short[] packed = Packed(x, out float scale);
            for (int i = 0; i < width; i++)
            {
                Assert.InRange(Column(packed, i) * scale - x[i], -greatest / 65000, greatest / 65000);
                Assert.InRange(Column(packed, i), -short.MaxValue, short.MaxValue);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(3, 7));
    }

    [Fact]
    public void Write_GreatestNegative_IsTheNegativeOfTheLargestInteger()
    {
        float[] x = new float[16];
        x[11] = -0.7f;
        short[] packed = Packed(x, out float scale);
        Assert.Equal(-short.MaxValue, Column(packed, 11));
        Assert.Equal(0.7f / short.MaxValue, scale);
    }

    [Fact]
    public void Write_Zeros_AreZeroWithScaleZero()
    {
        Assert.All(Packed(new float[32], out float scale), value => Assert.Equal(0, value));
        Assert.Equal(0, scale);
    }

    private static short[] Packed(float[] x, out float scale)
    {
        short[] packed = new short[x.Length];
        fixed (float* from = x)
        fixed (short* to = packed)
        {
            scale = BlockFloat.Write(from, x.Length, to);
        }

        return packed;
    }

    /// <summary>Column i stands in the even places, column i + width/2 in the odd ones.</summary>
    private static short Column(short[] packed, int column)
    {
        int half = packed.Length / 2;
        return packed[column < half ? 2 * column : 2 * (column - half) + 1];
    }
}
