using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>Convolutions, beat head and reconstruction of one token in double precision, rounded where the kernels keep a number.</summary>
/// <param name="weights">The network.</param>
/// <param name="round">A number as the kernels hold it between products.</param>
internal sealed class KernelReference(ModelWeights weights, Func<double, double> round)
{
    private readonly NetworkConfig config = weights.Config;

    private static int Steps => ModelWeights.Steps;

    /// <summary>Steps [30][C], then log RMS and peak-to-peak.</summary>
    public double[] Tokenize(ReadOnlySpan<float> patch)
    {
        double[] samples = [.. patch];
        double[] padded = [.. new double[ModelWeights.FirstPadding], .. samples.Select(round), .. new double[ModelWeights.FirstKernel]];
        double[] first = Rounded(Activate(Rows("conv.conv1", padded, ModelWeights.FirstStride, Steps), 1));
        double[] second = Rounded(Activate(Rows("conv.conv2", Pad(first), config.Channels, Steps), 2));
        double[] third = Activate(Rows("conv.conv3", Pad(second), config.Channels, Steps), 3);
        double rms = Math.Sqrt(samples.Sum(x => x * x) / PatchSecond.PatchSamples);
        return [.. third, Math.Log(rms + 1e-3), samples.Max() - samples.Min()];
    }

    /// <summary>Classes [30][6] and offsets [30] of 12 + 30 steps and 30 contexts.</summary>
    public (double[] Classes, double[] Offsets) Beats(ReadOnlySpan<float> window, ReadOnlySpan<float> context)
    {
        double[] steps = Doubles(window), contexts = Doubles(context);
        double[] local = Rows("beats.local", steps, config.Channels, Steps);
        double[] features = [.. Enumerable.Range(0, Steps).SelectMany(bin =>
            local[(bin * config.BeatChannels)..((bin + 1) * config.BeatChannels)].Concat(contexts[(bin * config.BeatContext)..((bin + 1) * config.BeatContext)]))];
        double[] hidden = Gelu(Rows("beats.hidden", Gelu(features), config.BeatChannels + config.BeatContext, Steps));
        double[] logits = Rows("beats.output", hidden, config.BeatHidden, Steps);
        const int Classes = StepScores.BeatClasses, Width = Classes + 1;
        double[][] bins = [.. logits.Chunk(Width)];
        return ([.. bins.SelectMany(bin => Softmax(bin[..Classes]))], [.. bins.Select(bin => 1 / (1 + Math.Exp(-bin[Classes])))]);
    }

    public double[] Reconstruct(ReadOnlySpan<float> state) => Rows("reconstruction", Doubles(state), config.Dim, 1);

    /// <summary>The outputs of some rows, each so many numbers behind the one before.</summary>
    private double[] Rows(string name, double[] x, int stride, int rows)
    {
        float[] matrix = weights[$"{name}.weight"], bias = weights[$"{name}.bias"];
        int inputs = matrix.Length / bias.Length;
        double[] y = new double[rows * bias.Length];
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int output) = (i / bias.Length, i % bias.Length);
            y[i] = bias[output];
            for (int k = 0; k < inputs; k++)
                y[i] += x[row * stride + k] * round(matrix[output * inputs + k]);
        }

        return y;
    }

    private double[] Pad(double[] steps) => [.. new double[config.Channels], .. steps, .. new double[config.Channels]];

    private double[] Activate(double[] x, int norm)
    {
        float[] gain = weights[$"conv.norm{norm}.weight"], offset = weights[$"conv.norm{norm}.bias"];
        int width = config.Channels / config.Groups;
        double[] y = new double[x.Length];
        for (int group = 0; group < config.Groups; group++)
        {
            int[] own = [.. Enumerable.Range(0, x.Length).Where(i => i % config.Channels / width == group)];
            double mean = own.Average(i => x[i]), variance = own.Average(i => (x[i] - mean) * (x[i] - mean));
            foreach (int i in own)
                y[i] = Gelu((x[i] - mean) / Math.Sqrt(variance + 1e-5) * gain[i % config.Channels] + offset[i % config.Channels]);
        }

        return y;
    }

    private static double Gelu(double x) => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    private double[] Gelu(double[] x) => Rounded(Array.ConvertAll(x, Gelu));

    private double[] Rounded(double[] x) => Array.ConvertAll(x, value => round(value));

    private static double[] Doubles(ReadOnlySpan<float> x) => Array.ConvertAll(x.ToArray(), value => (double)value);

    private static IEnumerable<double> Softmax(double[] x)
    {
        double sum = x.Sum(value => Math.Exp(value - x.Max()));
        return x.Select(value => Math.Exp(value - x.Max()) / sum);
    }
}
