using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

public sealed unsafe class PackedMatrixTests
{
    [Fact]
    public void Multiply_AnySize_EqualsThePlainProduct()
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            int inputs = random.Next(1, 90), outputs = random.Next(1, 100), rows = random.Next(1, 30);
            using NativeArena arena = new();
            float[] weight = Values(random, inputs * outputs), bias = Values(random, outputs), scale = Values(random, outputs);
            PackedMatrix matrix = new(arena, weight, bias, inputs, scale);
            float[] x = Values(random, rows * inputs);
            float* y = arena.Copy(Values(random, rows * matrix.PaddedOutputs));
            float[] start = new Span<float>(y, rows * matrix.PaddedOutputs).ToArray();
            bool accumulate = random.Next(2) == 0;
            matrix.Multiply(arena.Copy(x), inputs, rows, y, matrix.PaddedOutputs, accumulate);
            for (int i = 0; i < rows * outputs; i++)
            {
                int row = i / outputs, output = i % outputs;
                double sum = bias[output];
                for (int k = 0; k < inputs; k++)
                {
                    sum += (double)x[row * inputs + k] * weight[output * inputs + k];
                }

                double expected = scale[output] * sum + (accumulate ? start[row * matrix.PaddedOutputs + output] : 0);
                Assert.InRange(y[row * matrix.PaddedOutputs + output] - expected, -1e-5, 1e-5);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(7, 9));
    }

    [Fact]
    public void Multiply_RowsInAnyBlock_SameBits()
    {
        const int Inputs = 77, Rows = 21;
        Random random = new(4);
        using NativeArena arena = new();
        PackedMatrix matrix = new(arena, Values(random, Inputs * 45), Values(random, 45), Inputs);
        float* x = arena.Copy(Values(random, Rows * Inputs));
        float* alone = arena.Floats(Rows * matrix.PaddedOutputs);
        float* together = arena.Floats(Rows * matrix.PaddedOutputs);
        for (int row = 0; row < Rows; row++)
        {
            matrix.Multiply(x + row * Inputs, Inputs, 1, alone + row * matrix.PaddedOutputs, matrix.PaddedOutputs);
        }

        for (int rows = 1; rows <= Rows; rows++)
        {
            matrix.Multiply(x, Inputs, rows, together, matrix.PaddedOutputs);
            int length = rows * matrix.PaddedOutputs;
            Assert.True(new ReadOnlySpan<float>(alone, length).SequenceEqual(new ReadOnlySpan<float>(together, length)));
        }
    }

    [Theory]
    [InlineData(48, 1, false)]
    [InlineData(48, 8, true)]
    [InlineData(32, 1, true)]
    [InlineData(32, 8, false)]
    [InlineData(32, 5, true)]
    [InlineData(16, 1, false)]
    [InlineData(16, 7, true)]
    public void Kernels_OfBothVectorWidths_SameBits(int width, int rows, bool accumulate)
    {
        const int Inputs = 50;
        Random random = new(8);
        using NativeArena arena = new();
        float* panel = arena.Copy(Values(random, Inputs * width));
        float* bias = arena.Copy(Values(random, width));
        float* x = arena.Copy(Values(random, rows * Inputs));
        float[] start = Values(random, rows * width);
        float* wide = arena.Copy(start);
        float* narrow = arena.Copy(start);
        GemmKernel512.Run(new GemmTile(x, Inputs, wide, width, rows - 1, accumulate), panel, width, Inputs, bias, (byte*)panel, 0);
        GemmKernel256.Run(new GemmTile(x, Inputs, narrow, width, rows - 1, accumulate), panel, width, Inputs, bias, (byte*)panel, 0);
        Assert.True(new ReadOnlySpan<float>(wide, rows * width).SequenceEqual(new ReadOnlySpan<float>(narrow, rows * width)));
        Assert.NotEqual(start[rows * width - 1], wide[rows * width - 1]);
    }

    private static float[] Values(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
