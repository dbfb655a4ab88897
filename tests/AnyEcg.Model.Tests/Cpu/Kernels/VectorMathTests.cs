using System.Runtime.Intrinsics;

namespace AnyEcg.Model.Tests;

public sealed unsafe class VectorMathTests
{
    [Fact]
    public void Exp_WholeRange_WithinAFewUnitsInTheLastPlace()
    {
        for (float x = -86.9f; x < 86.9f; x += 0.0137f)
        {
            double expected = Math.Exp(x);
            Assert.InRange(VectorMath.Exp(Vector512.Create(x))[3] / expected - 1, -4e-7, 4e-7);
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity, 0, 1e-37)]
    [InlineData(-1000, 0, 1e-37)]
    [InlineData(1000, 1e37, 1e38)]
    [InlineData(0, 1, 1)]
    public void Exp_Extremes_StayFinite(float x, double low, double high)
    {
        Assert.InRange(VectorMath.Exp(Vector512.Create(x))[0], low, high);
    }

    [Fact]
    public void Gelu_WholeRange_EqualsTheTanhForm()
    {
        using NativeArena arena = new();
        float* x = arena.Floats(16);
        for (float start = -12; start < 12; start += 0.31f)
        {
            new Span<float>(x, 16).Fill(start);
            VectorMath.Gelu(x, 16);
            double expected = 0.5 * start * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (start + 0.044715 * start * start * start)));
            Assert.InRange(x[7] - expected, -2e-6, 2e-6);
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1e30f)]
    [InlineData(1e30f)]
    public void Gelu_Extremes_AreZeroOrTheNumberItself(float x)
    {
        float y = VectorMath.Gelu(Vector512.Create(MathF.Max(x, -1e35f)))[5];
        Assert.InRange(y / MathF.Max(x, 1), x > 0 ? 1 - 1e-6 : -1e-2, x > 0 ? 1 + 1e-6 : 0);
    }

    [Fact]
    public void Sigmoid_WholeRange_EqualsTheFormula()
    {
        using NativeArena arena = new();
        float* x = arena.Floats(16);
        for (float at = -30; at < 30; at += 0.17f)
        {
            new Span<float>(x, 16).Fill(at);
            VectorMath.Sigmoid(x, 16);
            Assert.InRange(x[9] * (1 + Math.Exp(-at)) - 1, -1e-6, 1e-6);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(33)]
    public void SoftmaxAndLogSumExp_AnyCount_EqualTheFormula(int count)
    {
        using NativeArena arena = new();
        float[] values = [.. Enumerable.Range(0, count).Select(i => 3 * MathF.Sin(i) - 20)];
        double total = values.Sum(v => Math.Exp(v));
        float* x = arena.Copy(new float[VectorMath.RoundUp(count)]);
        values.CopyTo(new Span<float>(x, count));
        Assert.Equal(Math.Log(total), VectorMath.LogSumExp(x, count), 5);
        VectorMath.Softmax(x, count);
        for (int i = 0; i < count; i++)
        {
            Assert.InRange(x[i] - Math.Exp(values[i]) / total, -5e-7, 5e-7);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(37, 36)]
    [InlineData(37, 20)]
    [InlineData(48, 3)]
    public void PlaceOfHighest_TwoAreEqual_IsTheFirst(int count, int place)
    {
        using NativeArena arena = new();
        float* x = arena.Floats(VectorMath.RoundUp(count));
        new Span<float>(x, VectorMath.RoundUp(count)).Fill(-3);
        x[place] = -1;
        x[count - 1] = -1;
        Assert.Equal(place, VectorMath.PlaceOfHighest(x, count));
    }

    [Fact]
    public void LayerNorm_Row_HasTheMeanAndSpreadOfItsWeights()
    {
        using NativeArena arena = new();
        float* x = arena.Floats(48);
        float* weight = arena.Floats(48);
        float* bias = arena.Floats(48);
        for (int i = 0; i < 48; i++)
        {
            x[i] = 100 + MathF.Cos(i * i);
            weight[i] = 2;
            bias[i] = 3;
        }

        VectorMath.LayerNorm(x, x, 48, weight, bias);
        float[] y = new Span<float>(x, 48).ToArray();
        Assert.Equal(3, y.Average(), 3);
        Assert.Equal(4, y.Select(v => (v - 3) * (v - 3)).Average(), 2);
    }
}
