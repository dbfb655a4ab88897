namespace AnyEcg.Protocol.Tests;

public sealed class SvgPathTests
{
    [Fact]
    public void Trace_KnownSignal_IsInTrueMillimetres()
    {
        // One second: 0 mV, a rise from 0 to 2 mV between 0.5 s and 0.6 s, down to -1 mV at 0.7 s.
        float[] signal = [.. Enumerable.Range(0, 301).Select(i => i < 150 ? 0 : i < 180 ? (i - 150) / 15f : i < 210 ? 2 - ((i - 180) / 10f) : -1)];
        List<(double X, double Y)> points = SvgPoints.Of(SvgPath.Trace(signal, 20, 40, every: 1));
        Assert.Equal(301, points.Count);
        Assert.Equal((20.0, 40.0), points[0]);
        Assert.Equal((20 + 12.5, 40.0), points[150]);
        Assert.Equal((20 + 15.0, 20.0), points[180]);
        Assert.Equal((20 + 17.5, 50.0), points[210]);
        Assert.Equal((45.0, 50.0), points[300]);
    }

    [Fact]
    public void Trace_LongNoise_NeverIsAHundredthAway()
    {
        Random random = new(5);
        float[] signal = [.. Enumerable.Range(0, 30_000).Select(_ => (float)((random.NextDouble() * 4) - 2))];
        List<(double X, double Y)> points = SvgPoints.Of(SvgPath.Trace(signal, 0, 0, every: 1));
        for (int i = 0; i < signal.Length; i++)
        {
            Assert.InRange(points[i].X - (i / 12.0), -0.0051, 0.0051);
            Assert.InRange(points[i].Y + (10 * signal[i]), -0.0051, 0.0051);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Trace_Thinned_KeepsEveryPeak(int every)
    {
        for (int peak = 100; peak < 106; peak++)
        {
            float[] signal = [.. Enumerable.Range(0, 300).Select(i => (float)((1.2 * Math.Exp(-Math.Pow((i - peak) / 3.0, 2))) - (0.4 * Math.Exp(-Math.Pow((i - peak - 8) / 3.0, 2)))))];
            List<(double X, double Y)> points = SvgPoints.Of(SvgPath.Trace(signal, 0, 0, every));
            Assert.Equal(300 / every, points.Count);
            Assert.Equal(-10 * signal.Max(), points.Min(p => p.Y), 0.01);
            Assert.Equal(-10 * signal.Min(), points.Max(p => p.Y), 0.01);
        }
    }

    [Fact]
    public void Trace_MissingSamples_LiftThePen()
    {
        float[] signal = new float[300];
        signal.AsSpan(100, 50).Fill(float.NaN);
        string path = SvgPath.Trace(signal, 0, 0);
        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.DoesNotContain(SvgPoints.Of(path), p => p.X > 99 / 12.0 + 0.01 && p.X < (150 / 12.0) - 0.01);
        Assert.Equal("", SvgPath.Trace([float.NaN, float.NaN], 0, 0));
    }

    [Fact]
    public void Trace_SampleThatStandsAlone_IsALineOfNoLength() =>
        Assert.Equal("M0 0l0 0M2-10l0 0", SvgPath.Trace([0, float.NaN, 1, float.NaN], 0, 0, every: 1, rateHz: 25));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(17, ".17")]
    [InlineData(-3, "-.03")]
    [InlineData(125, "1.25")]
    [InlineData(-1000, "-10")]
    public void Text_Hundredths_HasNoNeedlessDigits(int hundredths, string text) => Assert.Equal(text, SvgPath.Text(hundredths));
}
