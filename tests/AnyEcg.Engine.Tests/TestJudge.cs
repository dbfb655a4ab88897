using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>Judges without training.</summary>
internal static class TestJudge
{
    /// <summary>Takes most candidates for beats; the class follows from the features in no sensible way.</summary>
    public static BeatJudge Random(int seed)
    {
        Random random = new(seed);
        return new BeatJudge([Perceptron(random, 2, [0, 2])], [Perceptron(random, BeatJudge.Classes, []), Perceptron(random, BeatJudge.Classes, [])]);
    }

    /// <summary>Says the same of every candidate.</summary>
    public static BeatJudge Always(float chance, BeatClass beatClass)
    {
        float[] classes = new float[BeatJudge.Classes];
        classes[(int)beatClass] = 1;
        return new BeatJudge([Constant([0, MathF.Log(chance / (1 - chance))])], [Constant(classes)]);
    }

    /// <summary>A perceptron whose hidden layers are 4 and 3 wide.</summary>
    public static Perceptron Perceptron(Random random, int outputs, float[] bias)
    {
        float[] Values(int count, float spread) => [.. Enumerable.Range(0, count).Select(_ => spread * (2 * random.NextSingle() - 1))];
        float[] last = [.. bias, .. Values(outputs + 1 - bias.Length, 0.5f)];
        return new Perceptron(
            new DenseLayer(Values(4 * BeatFeatures.Count, 0.5f), Values(4, 0.5f)),
            new DenseLayer(Values(12, 1), Values(3, 0.5f)),
            new DenseLayer(Values(3 * (outputs + 1), 1), last));
    }

    private static Perceptron Constant(float[] outputs) => new(
        new DenseLayer(new float[BeatFeatures.Count], [0]), new DenseLayer([0], [0]), new DenseLayer(new float[outputs.Length + 1], [.. outputs, 0]));
}
