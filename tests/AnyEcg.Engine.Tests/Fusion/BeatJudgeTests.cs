using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

public sealed class BeatJudgeTests
{
    [Fact]
    public void Chance_LeadTwice_IsTheLeadOnce()
    {
        BeatJudge judge = TestJudge.Random(5);
        float[] row = Row(1);
        Assert.Equal(judge.Chance(row, 1), judge.Chance([.. row, .. row], 2), 5);
        Assert.Equal(judge.ClassOf(row, 1), judge.ClassOf([.. row, .. row], 2));
    }

    [Fact]
    public void Chance_LeadsInAnyOrder_IsTheSame()
    {
        BeatJudge judge = TestJudge.Random(5);
        Assert.Equal(judge.Chance([.. Row(1), .. Row(2)], 2), judge.Chance([.. Row(2), .. Row(1)], 2), 5);
    }

    [Fact]
    public void Apply_ByHand_IsTheFormula()
    {
        // hidden = max(0, 2 x), inner = max(0, hidden - 1); output = inner, weight = 0 or 1 a unit of inner.
        Perceptron perceptron = new(new DenseLayer([2], [0]), new DenseLayer([1], [-1]), new DenseLayer([1, 1], [0.5f, 0]));
        float[] output = new float[1];
        new Committee([perceptron]).Apply([1, 0.2f, -3], 3, output);
        float heavy = MathF.E / (MathF.E + 2);
        Assert.Equal((heavy * 1.5f) + ((1 - heavy) * 0.5f), output[0], 5);
    }

    [Fact]
    public void Chance_SeveralMembers_IsTheMeanOfTheirLogits()
    {
        Random random = new(4);
        Perceptron[] members = [TestJudge.Perceptron(random, 2, []), TestJudge.Perceptron(random, 2, [])];
        Perceptron classes = TestJudge.Perceptron(random, BeatJudge.Classes, []);
        float Logit(params Perceptron[] gates)
        {
            float chance = new BeatJudge(gates, [classes]).Chance(Row(3), 1);
            return MathF.Log(chance / (1 - chance));
        }

        Assert.Equal((Logit(members[0]) + Logit(members[1])) / 2, Logit(members), 4);
    }

    [Fact]
    public void New_MisfittingParts_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DenseLayer([1, 2, 3], [1, 2]));
        Assert.Throws<ArgumentException>(() => new Perceptron(new DenseLayer([1], [0]), new DenseLayer([1, 2], [0]), new DenseLayer([1, 1], [0, 0])));
        Assert.Throws<ArgumentException>(() => new BeatJudge([], []));
        Perceptron gate = TestJudge.Perceptron(new Random(1), 2, []);
        Assert.Throws<ArgumentException>(() => new BeatJudge([gate], [gate]));
        Assert.Throws<ArgumentException>(() => new Committee([gate, TestJudge.Perceptron(new Random(1), 3, [])]));
    }

    [Fact]
    public void Chance_SteadyState_AllocatesNothing()
    {
        BeatJudge judge = TestJudge.Random(5);
        float[] rows = [.. Row(1), .. Row(2)];
        float sum = 0;
        for (int turn = 0; turn < 200; turn++)
            sum += judge.Chance(rows, 2) + (int)judge.ClassOf(rows, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 200; turn++)
            sum += judge.Chance(rows, 2) + (int)judge.ClassOf(rows, 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    private static float[] Row(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, BeatFeatures.Count).Select(_ => random.NextSingle())];
    }
}
