using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

public sealed unsafe class BfloatMatrixTests
{
    private const int Inputs = 208, Outputs = 48, MostRows = 150;

    [MatrixUnitsFact]
    public void Multiply_AnyNumberOfRows_HasTheBitsOfEachRowAlone()
    {
        using Rig rig = new();
        float[] alone = [.. Enumerable.Range(0, MostRows).SelectMany(row => rig.Product(row, 1, Outputs, accumulate: false))];
        foreach (int rows in new[] { 2, 15, 16, 17, 31, 32, 33, 48, 127, 128, 129, MostRows })
        {
            foreach (int stride in new[] { Outputs, Outputs + 16 })
                Assert.Equal(alone[..(rows * Outputs)], rig.Product(0, rows, stride, accumulate: false));
        }
    }

    [MatrixUnitsFact]
    public void Multiply_Accumulating_AddsToWhatIsThere()
    {
        using Rig rig = new();
        float[] plain = rig.Product(0, MostRows, Outputs, accumulate: false), added = rig.Product(0, MostRows, Outputs, accumulate: true);
        for (int i = 0; i < plain.Length; i++)
            Assert.InRange(added[i] - plain[i], Rig.There - 1e-5f, Rig.There + 1e-5f);
    }

    [MatrixUnitsFact]
    public void Multiply_AgainstDoubles_DiffersByTheRoundingOnly()
    {
        using Rig rig = new();
        float[] actual = rig.Product(0, MostRows, Outputs, accumulate: false);
        for (int row = 0; row < MostRows; row++)
        {
            for (int output = 0; output < Outputs; output++)
            {
                (double sum, double size) = rig.Exact(row, output);
                Assert.InRange(actual[row * Outputs + output] - sum, -size / 128, size / 128);
            }
        }
    }

    [MatrixUnitsFact]
    public void Multiply_FromManyThreads_GivesTheSame()
    {
        using Rig rig = new();
        float[] expected = rig.Product(0, MostRows, Outputs, accumulate: false);
        Parallel.For(0, 40, _ => Assert.Equal(expected, rig.Product(0, MostRows, Outputs, accumulate: false)));
    }

    [MatrixUnitsFact]
    public void Pack_WiderThanWasSaid_IsRefused()
    {
        using MatrixUnits units = MatrixUnits.TryOpen(64, out _)!;
        Assert.Throws<ArgumentException>(() => units.Pack(new float[16 * 80], new float[16], 80));
        Assert.Throws<ArgumentException>(() => units.Pack(new float[80 * 16], new float[80], 16));
    }

    [MatrixUnitsFact]
    public void Load_WideConvolution_HasRoomForIt()
    {
        using IModelRunner runner = TestNetwork.Create(1, 1, 8, 8, config: TestNetwork.Config with { Channels = 64 }, units: true);
        Assert.Equal("cpu+amx", runner.Info.Engine);
    }

    /// <summary>A matrix of random weights, and rows that overlap as a convolution's do.</summary>
    private sealed class Rig : IDisposable
    {
        public const float There = 0.5f;

        private const int Stride = 16;

        private readonly NativeArena arena = new();
        private readonly MatrixUnits units;
        private readonly BfloatMatrix matrix;
        private readonly float[] weight, bias;
        private readonly float* x;

        public Rig()
        {
            Random random = new(11);
            float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
            units = MatrixUnits.TryOpen(Inputs, out _)!;
            (weight, bias) = (Values(Outputs * Inputs), Values(Outputs));
            matrix = units.Pack(weight, bias, Inputs);
            x = arena.Copy(Values(MostRows * Stride + Inputs));
        }

        public float[] Product(int first, int rows, int stride, bool accumulate)
        {
            using NativeArena own = new();
            float* y = own.Floats((long)rows * stride);
            new Span<float>(y, rows * stride).Fill(There);
            matrix.Multiply(x + first * Stride, Stride, rows, y, stride, accumulate);
            nint start = (nint)y;
            return [.. Enumerable.Range(0, rows).SelectMany(row => new ReadOnlySpan<float>((float*)start + row * stride, Outputs).ToArray())];
        }

        /// <summary>The sum of the products and the bias, and of their sizes.</summary>
        public (double Sum, double Size) Exact(int row, int output)
        {
            double sum = bias[output], size = Math.Abs(bias[output]);
            for (int i = 0; i < Inputs; i++)
            {
                double product = (double)weight[output * Inputs + i] * x[row * Stride + i];
                (sum, size) = (sum + product, size + Math.Abs(product));
            }

            return (sum, size);
        }

        public void Dispose()
        {
            units.Dispose();
            arena.Dispose();
        }
    }
}
