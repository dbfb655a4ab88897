using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Model;

/// <summary>
/// One pre-LN transformer block without its attention product: what comes before it (norm, query/key/value, norms of query
/// and key, rotary embedding) and after it (output, MLP). LayerScale is folded into the weights, 1 / sqrt(d_head) into the
/// query's norm. Works on any number of rows; each on its own.
/// </summary>
internal sealed unsafe class BlockLayer
{
    private readonly NetworkConfig config;
    private readonly EntryLayout layout;
    private readonly bool fourHeads;
    private readonly PackedMatrix qkv, output, up, down;
    private readonly Affine norm1, norm2, queryNorm, keyNorm;

    public BlockLayer(PackedWeights weights, int layer)
    {
        config = weights.Config;
        layout = new EntryLayout(config);
        fourHeads = FourHeads512.IsSupported && config.HeadDim == FourHeads512.HeadDim;
        string name = ModelWeights.BlockName(config, layer);
        norm1 = weights.Affine($"{name}.norm1");
        norm2 = weights.Affine($"{name}.norm2");
        queryNorm = weights.Affine($"{name}.attention.q_norm", 1 / MathF.Sqrt(config.HeadDim));
        keyNorm = weights.Affine($"{name}.attention.k_norm");

        // The rhythm codes are made of the tokenizer's layers: those stay exact.
        bool rounded = layer >= config.TokenizerLayers;
        qkv = weights.Matrix($"{name}.attention.qkv.weight", config.Dim, rounded);
        output = weights.Linear($"{name}.attention.out", $"{name}.scale1", rounded);
        up = weights.Linear($"{name}.up", rounded: rounded);
        down = weights.Linear($"{name}.down", $"{name}.scale2", rounded);
    }

    /// <summary>x [rows, D] -> query | key | value [rows, 3 D], not yet rotated; returned at the end of the scratch, rows x 4 D.</summary>
    public float* Project(float* x, int rows, float* scratch, Readahead readahead)
    {
        for (int row = 0; row < rows; row++)
        {
            VectorMath.LayerNorm(x + row * config.Dim, scratch + row * config.Dim, config.Dim, norm1.Weight, norm1.Bias);
        }

        float* result = scratch + (long)rows * config.Dim;
        qkv.Multiply(scratch, config.Dim, rows, result, 3 * config.Dim, readahead: readahead);
        return result;
    }

    /// <summary>
    /// Norms and rotates the query and the key of one row, head by head, and writes them and the value in 16 bits
    /// (<see cref="EntryLayout"/>). Rotation pairs i with i + d/2.
    /// </summary>
    public void Store(float* row, float* rotary, byte* query, byte* entry)
    {
        int dim = config.Dim;
        float* queryScales = (float*)(query + layout.QueryScales);
        float* keyScales = (float*)(entry + layout.KeyScales);
        float* valueScales = (float*)(entry + layout.ValueScales);
        int head = 0;
        for (; fourHeads && head + EntryLayout.GroupHeads <= config.Heads; head += EntryLayout.GroupHeads)
        {
            int at = head * FourHeads512.HeadDim;
            FourHeads512.NormRotateWrite(row + at, queryNorm, rotary, (short*)query + at, queryScales + head);
            FourHeads512.NormRotateWrite(row + dim + at, keyNorm, rotary, (short*)entry + at, keyScales + head);
            FourHeads512.Write(row + 2 * dim + at, (short*)(entry + layout.Value) + at, valueScales + head);
        }

        for (; head < config.Heads; head++)
        {
            int at = head * config.HeadDim;
            queryScales[head] = NormRotateWrite(row + at, queryNorm, rotary, (short*)query + at);
            keyScales[head] = NormRotateWrite(row + dim + at, keyNorm, rotary, (short*)entry + at);
            valueScales[head] = BlockFloat.Write(row + 2 * dim + at, config.HeadDim, (short*)(entry + layout.Value) + at);
        }
    }

    private float NormRotateWrite(float* x, Affine headNorm, float* rotary, short* to)
    {
        VectorMath.LayerNorm(x, x, config.HeadDim, headNorm.Weight, headNorm.Bias);
        RotateHead(x, rotary);
        return BlockFloat.Write(x, config.HeadDim, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RotateHead(float* x, float* rotary)
    {
        int half = config.HeadDim / 2;
        for (int i = 0; i < half; i += Vector256<float>.Count)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + half + i);
            Vector256<float> cos = Vector256.Load(rotary + i), sin = Vector256.Load(rotary + half + i);
            (a * cos - b * sin).Store(x + i);
            (b * cos + a * sin).Store(x + half + i);
        }
    }

    /// <summary>x += out(attended); x += mlp(norm(x)). Scratch: rows x (1 + MlpRatio) D.</summary>
    public void Finish(float* x, float* attended, int rows, float* scratch, Readahead readahead)
    {
        int dim = config.Dim, width = up.PaddedOutputs;
        float* hidden = scratch + (long)rows * dim;
        output.Multiply(attended, dim, rows, x, dim, accumulate: true, readahead);
        for (int row = 0; row < rows; row++)
        {
            VectorMath.LayerNorm(x + row * dim, scratch + row * dim, dim, norm2.Weight, norm2.Bias);
        }

        up.Multiply(scratch, dim, rows, hidden, width, readahead: readahead);
        VectorMath.Gelu(hidden, rows * width);
        down.Multiply(hidden, width, rows, x, dim, accumulate: true, readahead);
    }
}
