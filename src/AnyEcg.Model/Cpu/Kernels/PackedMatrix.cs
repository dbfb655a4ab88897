using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>
/// Weights of one linear layer, y = W x + b, packed once into panels of 32 outputs (the last one 48 where 16 would be left, or 16 where that is all):
/// <c>panel[input * width + output]</c>. Outputs are padded to a multiple of 16 with zeros.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    /// <summary>Outputs are padded to a multiple of this.</summary>
    public const int HalfPanel = 16;

    private const int PanelWidth = 32, RowBlock = 8;

    /// <summary>Multiplications of the kernels here for each line that they ask for.</summary>
    private const int LineEvery = PanelWidth * RowBlock;

    private readonly float* panels;
    private readonly float* bias;
    private readonly BfloatMatrix? units;

    /// <param name="arena">Owner of the packed memory.</param>
    /// <param name="weight">Row-major [outputs, inputs].</param>
    /// <param name="bias">One per output; empty for none.</param>
    /// <param name="inputs">Columns of the weight.</param>
    /// <param name="rowScale">Factor of each output, weight and bias alike (LayerScale); empty for 1.</param>
    /// <param name="units">Where it is to be computed in bfloat16; null: here, in float32.</param>
    public PackedMatrix(
        NativeArena arena, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs, ReadOnlySpan<float> rowScale = default, MatrixUnits? units = null)
    {
        Inputs = inputs;
        Outputs = weight.Length / inputs;
        PaddedOutputs = (Outputs + HalfPanel - 1) / HalfPanel * HalfPanel;
        this.bias = arena.Floats(PaddedOutputs);
        for (int output = 0; output < Outputs; output++)
        {
            float scale = rowScale.IsEmpty ? 1 : rowScale[output];
            this.bias[output] = bias.IsEmpty ? 0 : scale * bias[output];
        }

        if (units is not null)
        {
            this.units = units.Pack(Padded(weight, rowScale), new ReadOnlySpan<float>(this.bias, PaddedOutputs), inputs);
            return;
        }

        panels = arena.Floats((long)PaddedOutputs * inputs);
        for (int output = 0; output < Outputs; output++)
        {
            PackOutput(weight.Slice(output * inputs, inputs), output, rowScale.IsEmpty ? 1 : rowScale[output]);
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Columns that <see cref="Multiply"/> writes in each row.</summary>
    public int PaddedOutputs { get; }

    private float[] Padded(ReadOnlySpan<float> weight, ReadOnlySpan<float> rowScale)
    {
        float[] padded = new float[PaddedOutputs * Inputs];
        for (int i = 0; i < weight.Length; i++)
        {
            padded[i] = weight[i] * (rowScale.IsEmpty ? 1 : rowScale[i / Inputs]);
        }

        return padded;
    }

    /// <summary>Columns of the panel that starts here: no panel of 16 follows one of 32.</summary>
    private int Width(int start) => PaddedOutputs - start is HalfPanel or PanelWidth + HalfPanel ? PaddedOutputs - start : PanelWidth;

    private void PackOutput(ReadOnlySpan<float> row, int output, float scale)
    {
        int start = Math.Min(output / PanelWidth, Math.Max(PaddedOutputs / PanelWidth, 1) - 1) * PanelWidth;
        int width = Width(start);
        float* panel = panels + (long)start * Inputs + (output - start);
        for (int i = 0; i < Inputs; i++)
        {
            panel[(long)i * width] = scale * row[i];
        }
    }

    /// <summary>
    /// y = x W^T + b for <paramref name="rows"/> rows, or y += that when <paramref name="accumulate"/>. Rows of x may overlap
    /// (a convolution reads its windows in place). Each output is bias (+ y), then one fused multiply-add per input in
    /// ascending order, whatever the number of rows and the instruction set: a row's result has the same bits alone or in a batch. On
    /// <see cref="MatrixUnits"/> the order is theirs, the same for every row; rows of y then stand one after the other.
    /// </summary>
    public void Multiply(float* x, int xStride, int rows, float* y, int yStride, bool accumulate = false, Readahead? readahead = null)
    {
        if (units is not null)
        {
            readahead?.Ask((long)rows * Inputs * Outputs / LineEvery);
            units.Multiply(x, xStride, rows, y, yStride, accumulate);
            return;
        }

        for (int start = 0, width; start < PaddedOutputs; start += width)
        {
            width = Width(start);
            float* panel = panels + (long)start * Inputs;
            for (int row = 0; row < rows; row += RowBlock)
            {
                GemmTile tile = new(x + (long)row * xStride, xStride, y + (long)row * yStride + start, yStride, Math.Min(rows - row, RowBlock) - 1, accumulate);
                nint step = 0;
                byte* ahead = readahead is null ? (byte*)panel : readahead.Take(Inputs, (byte*)panel, out step);
                if (Vector512.IsHardwareAccelerated)
                {
                    GemmKernel512.Run(tile, panel, width, Inputs, bias + start, ahead, step);
                }
                else
                {
                    GemmKernel256.Run(tile, panel, width, Inputs, bias + start, ahead, step);
                }
            }
        }
    }
}
