namespace AnyEcg.Model.Tests;

public sealed class RowTests
{
    private const int Bucket = 32, Count = 21, Slots = 6;
    private const float Untouched = 77;

    /// <summary>The first two slots have five rows, the last one one, the others four or three. Two begin their epochs here.</summary>
    private static int SlotOf(int row) => row > Slots && row % Slots == Slots - 1 ? row / Slots % 2 : row % Slots;

    private static bool IsFresh(int slot) => slot is 0 or Slots - 1;

    private static int[] RowsOf(int slot) => [.. Enumerable.Range(0, Count).Where(row => SlotOf(row) == slot)];

    /// <summary>Rows of one to three tokens.</summary>
    private static RowMeta[] Rows() => [.. Enumerable.Range(0, Bucket).Select(row => new RowMeta
    {
        Slot = SlotOf(row),
        TokenStart = row / 3 * 6 + (row % 3 * (row % 3 + 1) / 2),
        TokenEnd = row / 3 * 6 + ((row % 3 + 1) * (row % 3 + 2) / 2),
        EpochSeconds = (IsFresh(SlotOf(row)) ? 1 : 100) + Array.IndexOf(RowsOf(SlotOf(row)), row),
        NextRow = RowsOf(SlotOf(row)).Append(-1).First(next => next > row || next < 0),
        FirstOfSlot = row < Slots ? 1 : 0,
    })];

    /// <summary>Every second token of the pass is read-only, but never the first of a row.</summary>
    private static TokenMeta[] Tokens() => [.. Enumerable.Range(0, 2 * Bucket + 8).Select(token => new TokenMeta
    {
        Flags = token % 2 == 0 && token % 6 is not 0 ? TokenFlags.ReadOnly : 0,
    })];

    private static LoneKernel Open(ModelWeights weights, bool full)
    {
        LoneKernel kernel = new(weights, full, ThreadOrder.Random, 6);
        kernel.Pass.Counts = kernel.Array(new PassCounts(Count, Rows()[Count - 1].TokenEnd));
        kernel.Pass.Rows = kernel.Array(Rows());
        kernel.Pass.Tokens = kernel.Array(Tokens());
        return kernel;
    }

    private static float[] Blank(int width) => [.. Enumerable.Repeat(Untouched, Bucket * width)];

    private static void AssertUntouched(float[] x, int width) => Assert.All(x.Skip(Count * width), value => Assert.Equal(Untouched, value));

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("released", false)]
    [InlineData("long", false)]
    [InlineData("broad", false)]
    public void Pool_LeadsThatArePresent_AreAveragedBesideTheContext(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        using LoneKernel kernel = Open(weights, full);
        int dim = weights.Config.Dim, features = weights.Config.ContextFeatures, stride = Signal.ContextFeatures.Count, width = (dim + features + 7) / 8 * 8;
        float[] states = Array.ConvertAll(KernelSizes.Noise(1, Tokens().Length * dim, 2), kernel.Rounded), context = KernelSizes.Noise(2, Count * stride, 3);
        kernel.Pass.States = kernel.Reals(states);
        kernel.Pass.Context = kernel.Array(context);
        kernel.Pass.RowInput = kernel.Reals(Blank(width));
        kernel.Run("pool", Bucket / 4);
        float[] input = kernel.ReadReals(kernel.Pass.RowInput, Bucket * width);
        AssertUntouched(input, width);
        for (int row = 0; row < Count; row++)
        {
            int[] present = [.. Enumerable.Range(Rows()[row].TokenStart, Rows()[row].TokenEnd - Rows()[row].TokenStart).Where(token => Tokens()[token].Flags == 0)];
            double[] mean = [.. Enumerable.Range(0, dim).Select(i => present.Sum(token => states[token * dim + i]) / Math.Max(present.Length, 1.0))];
            double[] pooled = RowReference.Norm(mean, weights["pool_norm.weight"], weights["pool_norm.bias"]);
            double[] own = [.. pooled, .. RowReference.Doubles(context.AsSpan(row * stride, features)), .. new double[width - dim - features]];
            Close.Assert(own, input.AsSpan(row * width, width), full ? 4e-6 : 4e-3, $"row {row}");
        }
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("long", false)]
    public void Epoch_RowsOfASlot_AddToItsSumsInTheirOrder(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        NetworkConfig config = weights.Config;
        using LoneKernel kernel = Open(weights, full);
        int dim = config.Dim, hidden = config.RowHidden, inputs = (dim + config.ContextFeatures + 7) / 8 * 8, width = 2 * hidden + dim;
        double[] sums = [.. KernelSizes.Noise(1, Slots * (hidden + dim), 90).Select((x, i) => IsFresh(i / (hidden + dim)) ? double.NaN : x)];
        float[] maxima = [.. KernelSizes.Noise(2, Slots * hidden).Select((x, i) => IsFresh(i / hidden) ? 1e9f : x)];
        float[] g = KernelSizes.Noise(3, Count * hidden), input = Array.ConvertAll(KernelSizes.Noise(4, Count * inputs), kernel.Rounded);
        kernel.Pass.Sums = kernel.Array(sums);
        kernel.Pass.Maxima = kernel.Array(maxima);
        kernel.Pass.G = kernel.Array(g);
        kernel.Pass.RowInput = kernel.Reals(input);
        kernel.Pass.GReal = kernel.Reals(Blank(hidden));
        kernel.Pass.EpochInput = kernel.Reals(Blank(width));
        kernel.Run("epoch", Bucket / 4);
        float[] epoch = kernel.ReadReals(kernel.Pass.EpochInput, Bucket * width), reals = kernel.ReadReals(kernel.Pass.GReal, Bucket * hidden);
        AssertUntouched(epoch, width);
        AssertUntouched(reals, hidden);
        Assert.Equal(Array.ConvertAll(g, kernel.Rounded), reals[..g.Length]);
        for (int slot = 0; slot < Slots; slot++)
        {
            double[] sum = IsFresh(slot) ? new double[hidden + dim] : sums[(slot * (hidden + dim))..((slot + 1) * (hidden + dim))];
            double[] most = IsFresh(slot) ? [.. Enumerable.Repeat(double.NegativeInfinity, hidden)] : RowReference.Doubles(maxima.AsSpan(slot * hidden, hidden));
            foreach (int row in RowsOf(slot))
            {
                double[] added = [.. RowReference.Doubles(g.AsSpan(row * hidden, hidden)), .. RowReference.Doubles(input.AsSpan(row * inputs, dim))];
                sum = [.. sum.Zip(added, (x, y) => x + y)];
                most = [.. most.Zip(added, Math.Max)];
                double[] mean = [.. sum.Select(x => x / Rows()[row].EpochSeconds)];
                Close.Assert([.. mean[..hidden], .. most, .. mean[hidden..]], epoch.AsSpan(row * width, width), full ? 1e-7 : 4e-3, $"row {row}");
            }

            Assert.Equal(sum, kernel.Read<double>(kernel.Pass.Sums, sums.Length)[(slot * sum.Length)..((slot + 1) * sum.Length)]);
            Assert.Equal(most, RowReference.Doubles(kernel.Read<float>(kernel.Pass.Maxima, maxima.Length).AsSpan(slot * hidden, hidden)));
        }
    }

    [CudaEmulatorTheory]
    [InlineData("small")]
    [InlineData("long")]
    public void RowScores_Logits_BecomeProbabilities(string size)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        using LoneKernel kernel = Open(weights, full: false);
        int classes = weights.Config.ArrhythmiaClasses, record = (classes + 5 + 7) / 8 * 8;
        float[][] second = [.. KernelSizes.Noise(1, Count * 16, 5).Chunk(16)], epoch = [.. KernelSizes.Noise(2, Count * record, 5).Chunk(record)];
        kernel.Pass.RowLogits = kernel.Array([.. second.SelectMany(x => x)]);
        kernel.Pass.RecordLogits = kernel.Array([.. epoch.SelectMany(x => x)]);
        kernel.Pass.Rhythm = kernel.Array(Blank(9));
        kernel.Pass.Anomaly = kernel.Array(Blank(1));
        kernel.Pass.Arrhythmia = kernel.Array(Blank(classes));
        kernel.Pass.RecordAnomaly = kernel.Array(Blank(1));
        kernel.Pass.Strip = kernel.Array(Blank(4));
        kernel.Run("row_scores", Bucket / 4);
        Check(kernel, kernel.Pass.Rhythm, second, x => RowReference.Softmax(x[..9]));
        Check(kernel, kernel.Pass.Anomaly, second, x => [RowReference.Logistic(x[9])]);
        Check(kernel, kernel.Pass.Arrhythmia, epoch, x => [.. x[..classes].Select(RowReference.Logistic)]);
        Check(kernel, kernel.Pass.RecordAnomaly, epoch, x => [RowReference.Logistic(x[classes])]);
        Check(kernel, kernel.Pass.Strip, epoch, x => RowReference.Softmax(x[(classes + 1)..(classes + 5)]));
    }

    private static void Check(LoneKernel kernel, nint scores, float[][] logits, Func<float[], double[]> expected)
    {
        double[] all = [.. logits.SelectMany(expected)];
        int width = all.Length / Count;
        float[] actual = kernel.Read<float>(scores, Bucket * width);
        AssertUntouched(actual, width);
        Close.Assert(all, actual.AsSpan(0, all.Length), 1e-6, $"{width} scores a row");
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("wide", false)]
    public void Keep_LastOfALead_LeavesTailAndState(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        int dim = weights.Config.Dim, step = weights.Config.Channels, tail = 12 * step, steps = (30 * step + 2 + 7) / 8 * 8;
        TokenMeta[] tokens = [.. Enumerable.Range(0, Bucket).Select(token => new TokenMeta { LeadSlot = Bucket - 1 - token, Flags = (TokenFlags)(token % 4) })];
        using LoneKernel kernel = Open(weights, full);
        float[] states = Array.ConvertAll(KernelSizes.Noise(1, Bucket * dim), kernel.Rounded), all = Array.ConvertAll(KernelSizes.Noise(2, Bucket * steps), kernel.Rounded);
        kernel.Pass.Counts = kernel.Array(new PassCounts(1, Count));
        kernel.Pass.Tokens = kernel.Array(tokens);
        kernel.Pass.States = kernel.Reals(states);
        kernel.Pass.Steps = kernel.Reals(all);
        kernel.Pass.Tails = kernel.Reals(Blank(tail));
        kernel.Pass.LastStates = kernel.Reals(Blank(dim));
        kernel.Run("keep", Bucket / 4);
        float[][] tails = [.. kernel.ReadReals(kernel.Pass.Tails, Bucket * tail).Chunk(tail)], last = [.. kernel.ReadReals(kernel.Pass.LastStates, Bucket * dim).Chunk(dim)];
        for (int token = 0; token < Bucket; token++)
        {
            bool keeps = token < Count && token % 4 == (int)TokenFlags.LastOfLead;
            int end = token * steps + 30 * step;
            Assert.Equal(keeps ? all[(end - tail)..end] : [.. Enumerable.Repeat(Untouched, tail)], tails[tokens[token].LeadSlot]);
            Assert.Equal(keeps ? states[(token * dim)..((token + 1) * dim)] : [.. Enumerable.Repeat(Untouched, dim)], last[tokens[token].LeadSlot]);
        }
    }
}
