using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class CorrelationTests
{
    [Fact]
    public void Across_AnyWaves_GivesTheBitsOfEachShiftAlone()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            seed =>
            {
                Random random = new(seed);
                int length = random.Next(2, 90), step = random.Next(1, 4);
                float[] y = Wave(random, length), x = Wave(random, length + Correlation.Shifts - 1), values = new float[Correlation.Shifts];
                Correlation.Across(x, y, step, values);
                for (int shift = 0; shift < Correlation.Shifts; shift++)
                    Assert.Equal(BitConverter.SingleToInt32Bits(Alone(x.AsSpan(shift, length), y, step)), BitConverter.SingleToInt32Bits(values[shift]));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Across_FlatWave_IsZero()
    {
        float[] values = new float[Correlation.Shifts];
        Correlation.Across(new float[40], [1, 2, 1, 0], 1, values);
        Assert.All(values, value => Assert.Equal(0, value));
        Assert.Throws<ArgumentOutOfRangeException>(() => Correlation.Across(new float[18], [1, 2, 1, 0], 1, values));
    }

    private static float[] Wave(Random random, int length)
    {
        float size = random.Next(4) == 0 ? 0 : random.NextSingle() * 5;
        return [.. Enumerable.Range(0, length).Select(_ => size * ((2 * random.NextSingle()) - 1))];
    }

    private static float Alone(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int step)
    {
        float sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
        int count = 0;
        for (int i = 0; i < x.Length; i += step, count++)
        {
            (float a, float b) = (x[i], y[i]);
            sx += a;
            sy += b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }

        float vx = xx - (sx * sx / count), vy = yy - (sy * sy / count);
        return vx > 1e-8f && vy > 1e-8f ? Math.Clamp((xy - (sx * sy / count)) / MathF.Sqrt(vx * vy), -1, 1) : 0;
    }
}
