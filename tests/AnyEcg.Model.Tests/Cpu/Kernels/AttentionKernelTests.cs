namespace AnyEcg.Model.Tests;

/// <summary>Both kernels against attention in double precision over the very integers that they read.</summary>
public sealed unsafe class AttentionKernelTests
{
    private const int Heads = 4, HeadDim = FourHeads512.HeadDim, Dim = Heads * HeadDim;

    private static readonly EntryLayout Layout = new(TestNetwork.FourHeads);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(63)]
    [InlineData(86)]
    public void Attend_AnyCountOfKeys_EqualsTheFormula(int count)
    {
        Random random = new(count);
        using NativeArena arena = new();
        byte* query = Query(arena, random);
        nint* keys = (nint*)arena.Bytes(sizeof(long) * 96);
        for (int i = 0; i < 96; i++)
        {
            keys[i] = i < count ? (nint)Entry(arena, random) : keys[count - 1];
        }

        AttentionTile tile = new(Layout, 0, 0, query, keys, count, (count + 3) / 4 * 4);
        float* scores = arena.Floats(96 * 4);
        float* output = arena.Floats(Dim);
        AttentionKernel.Score(tile, HeadDim, Heads, scores);
        tile.Softmax(scores);
        AttentionKernel.Combine(tile, HeadDim, Heads, scores, output);
        AssertFormula(query, keys, count, output);
        if (FourHeads512.IsSupported)
        {
            new Span<float>(output, Dim).Clear();
            AttentionKernel512.Score(tile, scores);
            tile.Softmax(scores);
            AttentionKernel512.Combine(tile, scores, output);
            AssertFormula(query, keys, count, output);
        }
    }

    private static void AssertFormula(byte* query, nint* keys, int count, float* output)
    {
        for (int head = 0; head < Heads; head++)
        {
            double[] scores = [.. Enumerable.Range(0, count).Select(i => Product(query, (byte*)keys[i], head))];
            double[] weights = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
            for (int d = 0; d < HeadDim; d++)
            {
                double sum = 0;
                for (int i = 0; i < count; i++)
                {
                    byte* value = (byte*)keys[i] + Layout.Value;
                    sum += weights[i] * At(value, head, d) * ((float*)((byte*)keys[i] + Layout.ValueScales))[head];
                }

                Assert.InRange(output[head * HeadDim + d] - sum / weights.Sum(), -2e-6, 2e-6);
            }
        }
    }

    private static double Product(byte* query, byte* key, int head)
    {
        double sum = 0;
        for (int d = 0; d < HeadDim; d++)
        {
            sum += (double)At(query, head, d) * At(key, head, d);
        }

        return sum * ((float*)(query + Layout.QueryScales))[head] * ((float*)(key + Layout.KeyScales))[head];
    }

    private static short At(byte* values, int head, int column) =>
        ((short*)values)[head * HeadDim + (column < HeadDim / 2 ? 2 * column : 2 * column - HeadDim + 1)];

    private static byte* Query(NativeArena arena, Random random)
    {
        byte* query = arena.Bytes(Layout.QueryBytes);
        Fill(arena, random, (short*)query, (float*)(query + Layout.QueryScales));
        return query;
    }

    private static byte* Entry(NativeArena arena, Random random)
    {
        byte* entry = arena.Bytes(Layout.Bytes);
        Fill(arena, random, (short*)entry, (float*)(entry + Layout.KeyScales));
        Fill(arena, random, (short*)(entry + Layout.Value), (float*)(entry + Layout.ValueScales));
        return entry;
    }

    private static void Fill(NativeArena arena, Random random, short* values, float* scales)
    {
        float* x = arena.Floats(HeadDim);
        for (int head = 0; head < Heads; head++)
        {
            for (int d = 0; d < HeadDim; d++)
            {
                x[d] = 2 * random.NextSingle() - 1;
            }

            scales[head] = BlockFloat.Write(x, HeadDim, values + head * HeadDim);
        }
    }
}
