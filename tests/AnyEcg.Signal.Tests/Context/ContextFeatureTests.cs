namespace AnyEcg.Signal.Tests;

/// <summary>Known answers: signals whose rhythm is made, against what the features say of them.</summary>
public sealed class ContextFeatureTests
{
    private const int Seconds = 60;

    private static readonly float[] Steady = Last(ContextRun.Beats(Seconds, ContextRun.Times(Seconds, _ => 0.8)));

    private static readonly float[] Fibrillating = Last(Waves(ContextRun.Beats(Seconds, Irregular(11), p: 0)));

    private static readonly float[] Ventricular = Last(new SyntheticEcg(Seconds * ContextRun.Rate).Train(75, 0, 45).Wave(5, 0.7, 46).Noise(0.01).Samples);

    [Fact]
    public void Rate_RegularBeats_IsTheirIntervalWithoutVariation()
    {
        Assert.Equal((MathF.Log(0.8f) + 0.24f) / 0.33f, Steady[(int)ContextFeature.Rate60], 0.02f);
        Assert.Equal(Steady[(int)ContextFeature.Rate60], Steady[(int)ContextFeature.RateNow], 0.02f);
        Assert.True(Of(Steady, ContextFeature.Variation60) < -1.5f, "A steady rhythm varies.");
        Assert.True(Of(Steady, ContextFeature.PlotOrigin60) > 1.2f, "A steady rhythm lies off the origin.");
    }

    [Theory]
    [InlineData(ContextFeature.Variation10)]
    [InlineData(ContextFeature.MedianStep60)]
    [InlineData(ContextFeature.RootStep30)]
    [InlineData(ContextFeature.StepsOver50Ms30)]
    [InlineData(ContextFeature.Entropy60)]
    [InlineData(ContextFeature.SampleEntropy)]
    [InlineData(ContextFeature.PlotCells60)]
    [InlineData(ContextFeature.TurningPoints60)]
    public void Irregularity_FibrillationAgainstSteady_IsHigher(ContextFeature feature) =>
        Assert.True(Of(Fibrillating, feature) > Of(Steady, feature) + 0.8f, $"{Of(Fibrillating, feature)} against {Of(Steady, feature)}");

    [Fact]
    public void Atria_PWaveOrNone_ConsistencyTells()
    {
        Assert.True(Of(Steady, ContextFeature.PConsistency30) > 1, "A P wave with each beat is not consistent.");
        Assert.True(Of(Fibrillating, ContextFeature.PConsistency30) < -0.8f, "Fibrillation has a consistent P wave.");
        Assert.True(Of(Fibrillating, ContextFeature.AtrialResidue) > Of(Steady, ContextFeature.AtrialResidue), "Fibrillation leaves nothing.");
    }

    [Fact]
    public void Autocorrelation_EverySecondOrThirdBeatEarly_PeaksAtThatLag()
    {
        float[] two = Last(ContextRun.Beats(Seconds, ContextRun.Times(Seconds, i => i % 2 == 0 ? 0.55 : 1.05)));
        float[] three = Last(ContextRun.Beats(Seconds, ContextRun.Times(Seconds, i => (i % 3) switch { 0 => 0.55, 1 => 1.05, _ => 0.8 })));
        Assert.True(Of(two, ContextFeature.EverySecond60) > 2, "Bigeminy does not come back at two.");
        Assert.True(Of(three, ContextFeature.EveryThird60) > 2, "Trigeminy does not come back at three.");
        Assert.True(Of(two, ContextFeature.MedianStep60) > 1, "The median hides a step at each beat.");
    }

    [Fact]
    public void MedianStep_FewPrematureBeats_DoesNotMove()
    {
        float[] ectopy = Last(ContextRun.Beats(Seconds, ContextRun.Times(Seconds, i => (i % 12) switch { 5 => 0.5, 6 => 1.1, _ => 0.8 })));
        Assert.True(Of(ectopy, ContextFeature.MedianStep60) < -0.5f, "Single premature beats move the median.");
        Assert.True(Of(ectopy, ContextFeature.Variation60) > 0.1f, "Single premature beats leave the variation.");
        Assert.True(Of(ectopy, ContextFeature.PrematureNarrow60) > -0.2f, "They are not seen as premature and narrow.");
    }

    [Fact]
    public void Shape_WideEarlyBeats_DeviateAndAreWide()
    {
        double[] times = [.. ContextRun.Times(Seconds, i => (i % 6) switch { 3 => 0.5, 4 => 1.1, _ => 0.8 })];
        float[] samples = ContextRun.Beats(Seconds, times.Where((_, i) => i % 6 != 4));
        float[] wide = ContextRun.Beats(Seconds, times.Where((_, i) => i % 6 == 4), width: 0.028, p: 0, rms: 0);
        float[] last = Last([.. samples.Zip(wide, (a, b) => a - (1.6f * b))]);
        Assert.True(Of(last, ContextFeature.PrematureWide60) > 0.3f, "A sixth of the beats is wide and early.");
        Assert.Equal(-0.1f / 0.15f, Of(last, ContextFeature.PrematureNarrow60), 0.1f);
        Assert.True(Of(last, ContextFeature.Deviating60) > Of(Steady, ContextFeature.Deviating60), "None deviates.");
    }

    [Fact]
    public void Waves_SineOf5Hz_LooksLikeFibrillationOfTheVentricles()
    {
        Assert.Equal((MathF.Log(5) - 0.96f) / 0.55f, Of(Ventricular, ContextFeature.PeakHz), 0.02f);
        Assert.True(Of(Ventricular, ContextFeature.Crossings8) > 2.5f, "A sine stays near the line.");
        Assert.True(Of(Ventricular, ContextFeature.Leakage8) < -3, "Half a period's shift does not cancel it.");
        Assert.True(Of(Ventricular, ContextFeature.PeakShare) > 3, "Its power is not in one line.");
        Assert.True(Of(Ventricular, ContextFeature.Regularity8) > 1.8f, "It does not repeat.");
        Assert.True(Of(Ventricular, ContextFeature.Kurtosis) < -1.5f, "It has spikes.");
        Assert.True(Of(Steady, ContextFeature.Crossings8) < 0 && Of(Steady, ContextFeature.Kurtosis) > 0.5f, "Separate beats look like it.");
    }

    [Fact]
    public void FlatLine_NoBeats_NeutralAndNotCovered()
    {
        float[] flat = Last(new float[Seconds * ContextRun.Rate]);
        Assert.Equal([-1, -1, 0, 0], flat[..4]);
        Assert.Equal(0, Of(flat, ContextFeature.Leakage4));
        Assert.Equal(0, Of(flat, ContextFeature.PConsistency10));
        Assert.True(Of(flat, ContextFeature.Size) < -3, "A flat line has a size.");
    }

    [Fact]
    public void Silence_BeatsStop_Grows()
    {
        float[][] rows = ContextRun.Of(new SyntheticEcg(40 * ContextRun.Rate).Train(75, 0, 30).Noise(0.002).Samples);
        Assert.True(Of(rows[38], ContextFeature.Silence) > Of(rows[34], ContextFeature.Silence), "Silence does not grow.");
        Assert.True(Of(rows[34], ContextFeature.Silence) > Of(rows[29], ContextFeature.Silence) + 1, "Silence is not seen.");
    }

    private static float Of(float[] row, ContextFeature feature) => row[(int)feature];

    private static float[] Last(float[] lead) => ContextRun.Of(lead)[^1];

    private static IEnumerable<double> Irregular(int seed)
    {
        Random random = new(seed);
        return ContextRun.Times(Seconds, _ => 0.5 + (0.55 * random.NextDouble()));
    }

    private static float[] Waves(float[] samples)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] += (float)(0.06 * Math.Sin((2 * Math.PI * 6.1 * i / ContextRun.Rate) + Math.Sin(i / 340.0)));
        return samples;
    }
}
