namespace AnyEcg.Model;

/// <summary>Rhythm Quantizer and surprise: the nearest code of a token, and how little the second before expected it.</summary>
internal sealed unsafe class CodeHead
{
    private readonly PackedMatrix projection, codes, next;
    private readonly int dim;

    public CodeHead(PackedWeights weights)
    {
        dim = weights.Config.Dim;
        projection = weights.Linear("quantizer.projection");
        codes = weights.Matrix("quantizer.codes", weights.Config.CodeDim);
        next = weights.Linear("next_code", rounded: true);
    }

    public int ScratchLength(int rows) => rows * (dim + projection.PaddedOutputs + codes.PaddedOutputs);

    /// <summary>
    /// The code nearest by cosine to each tokenizer output [rows, D]. Codes have unit length, and the length of the
    /// projection does not move the highest product.
    /// </summary>
    public void Quantize(float* tokens, int rows, float* scratch, Span<int> nearest)
    {
        float* cosines = scratch + (long)rows * projection.PaddedOutputs;
        projection.Multiply(tokens, dim, rows, scratch, projection.PaddedOutputs);
        codes.Multiply(scratch, projection.PaddedOutputs, rows, cosines, codes.PaddedOutputs);
        for (int row = 0; row < rows; row++)
        {
            nearest[row] = VectorMath.PlaceOfHighest(cosines + (long)row * codes.PaddedOutputs, codes.Outputs);
        }
    }

    /// <summary>-log p(code | state of the second before) for rows of gathered states [rows, D] at the front of the scratch.</summary>
    public void Surprise(int rows, float* scratch, ReadOnlySpan<int> code, Span<float> surprise)
    {
        float* logits = scratch + (long)rows * dim;
        next.Multiply(scratch, dim, rows, logits, next.PaddedOutputs);
        for (int row = 0; row < rows; row++)
        {
            float* at = logits + (long)row * next.PaddedOutputs;
            float logit = at[code[row]];
            surprise[row] = VectorMath.LogSumExp(at, next.Outputs) - logit;
        }
    }
}
