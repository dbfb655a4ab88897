using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class VentricularRuleTests
{
    [Theory]
    [InlineData(2, 110, AlertKind.VentricularPair)]
    [InlineData(3, 110, AlertKind.NonSustainedVentricularTachycardia)]
    [InlineData(4, 101, AlertKind.NonSustainedVentricularTachycardia)]
    [InlineData(5, 101, AlertKind.VentricularTachycardia)]
    [InlineData(5, 99, null)]
    [InlineData(3, 99, null)]
    [InlineData(1, 110, null)]
    public void Run_LengthAndRate_NameTheAlert(int beats, double rate, AlertKind? kind)
    {
        Scenario s = new();
        double at = s.Train(0.5, 10, 70);
        at = s.Train(at, beats, rate, BeatClass.V);
        s.Fill(at + 0.3, 60, 70).Run(55);
        Assert.Equal(kind is { } k ? [k] : [], s.Starts(t => true).Select(t => t.Kind));
    }

    [Fact]
    public void VentricularTachycardia_FifthBeat_DecidesFromTheFirst()
    {
        Scenario s = new();
        double first = s.Train(0.5, 10, 60);
        s.Train(first, 30, 150, BeatClass.V);
        s.Run(20);
        AlertTransition start = Assert.Single(s.Starts(AlertKind.VentricularTachycardia));
        Assert.Equal(first * 300, start.OnsetSample, 1.0);
        Assert.Equal((first + 1.6) * 300, start.DecidedSample, 1.0);
        Assert.Equal(150, start.Value!.Value, 0);
        Assert.InRange(start.DecidedReceivedNs - start.OnsetNs, 0, 10_000_000_000);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 0)]
    public void VentricularTachycardia_NetworkNamesIt_NeedsFourOfFiveSeconds(int seconds, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 40, 130).Rhythm(10, 10 + seconds, RhythmClass.VentricularTachycardia).Run(25);
        Assert.Equal(alerts, s.Starts(AlertKind.VentricularTachycardia).Count());
    }

    [Fact]
    public void VentricularTachycardia_BothDetectorsCountSlowly_IsWithheldAndCounted()
    {
        Scenario s = new Scenario().Fill(0.5, 40, 60).Rhythm(10, 20, RhythmClass.VentricularTachycardia).Run(25);
        Assert.Empty(s.Transitions);
        Assert.Equal(10, s.Counters.SuppressedRate);
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(30, 1)]
    public void VentricularTachycardia_HardlyABeatCounted_IsNoSlowRate(double rate, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 8, 130).Fill(8.5, 40, rate).Rhythm(10, 20, RhythmClass.VentricularTachycardia).Run(25);
        Assert.Equal(alerts, s.Starts(AlertKind.VentricularTachycardia).Count());
    }

    [Fact]
    public void VentricularTachycardia_NetworkWaversBetweenItAndFibrillation_BothCount()
    {
        Scenario s = new Scenario().Fill(0.5, 40, 130).During(10, 20, o =>
        {
            Array.Clear(o.Rhythm);
            o.Rhythm[(int)RhythmClass.VentricularTachycardia] = 0.35f;
            o.Rhythm[(int)RhythmClass.VentricularFibrillation] = 0.35f;
            o.Rhythm[(int)RhythmClass.Other] = 0.3f;
        }).Run(25);
        Assert.Single(s.Starts(AlertKind.VentricularTachycardia));
        Assert.Empty(s.Starts(AlertKind.VentricularFibrillation));
    }

    [Fact]
    public void VentricularTachycardia_RunOver_Ends()
    {
        Scenario s = new();
        s.Fill(s.Train(0.5, 20, 150, BeatClass.V) + 0.4, 40, 70).Run(40);
        Assert.Equal([AlertPhase.Start, AlertPhase.End], s.Of(AlertKind.VentricularTachycardia).Select(t => t.Phase));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 0)]
    public void Fibrillation_NetworkNamesIt_NeedsFourOfFiveSeconds(int seconds, int alerts)
    {
        Scenario s = new Scenario().Fill(0.5, 10, 70).Fill(10 + seconds, 40, 70)
            .Rhythm(10, 10 + seconds, RhythmClass.VentricularFibrillation).Run(35);
        Assert.Equal(alerts, s.Starts(AlertKind.VentricularFibrillation).Count());
        Assert.Empty(s.Of(AlertKind.Asystole));
    }

    [Fact]
    public void Fibrillation_WithItsSilence_IsTheOnlyGraveAlert()
    {
        Scenario s = new Scenario().Fill(0.5, 10, 70).Rhythm(10, 40, RhythmClass.VentricularFibrillation).Run(40);
        AlertTransition start = Assert.Single(s.Starts(AlertKind.VentricularFibrillation));
        Assert.Equal(10 * 300, start.OnsetSample);
        Assert.Equal(14 * 300, start.DecidedSample);
        Assert.DoesNotContain(s.Transitions, t => t.Priority == AlertPriority.High && t.Kind != AlertKind.VentricularFibrillation);
    }

    [Fact]
    public void Tachycardia_UnderFibrillation_IsSuppressed()
    {
        Scenario s = new();
        s.Rhythm(0, 60, RhythmClass.VentricularFibrillation);
        s.Train(10, 60, 200, BeatClass.V);
        s.Run(28);
        Assert.Equal([AlertKind.VentricularFibrillation], s.Transitions.Select(t => t.Kind).Distinct());
        Assert.True(s.Counters.SuppressedSubsumed >= 2);
    }

    [Theory]
    [InlineData("VNVNV", AlertKind.VentricularBigeminy, 0)]
    [InlineData("NVNVNV", AlertKind.VentricularBigeminy, 1)]
    [InlineData("NNVNNV", AlertKind.VentricularTrigeminy, 0)]
    [InlineData("NNVNNVNNV", AlertKind.VentricularTrigeminy, 1)]
    [InlineData("NNVNNVNNV", AlertKind.VentricularBigeminy, 0)]
    public void Periodic_Pattern_NeedsThreeCycles(string pattern, AlertKind kind, int alerts)
    {
        Scenario s = new();
        double at = pattern[0] == 'V' ? 0.5 : s.Train(0.5, 4, 70);
        s.Fill(s.Pattern(at, pattern, 70), 40, 70).Run(35);
        Assert.Equal(alerts, s.Starts(kind).Count());
    }

    [Theory]
    [InlineData(6, 0)]
    [InlineData(7, 1)]
    public void Frequent_BeatsInAMinute_AlertAboveSix(int beats, int alerts)
    {
        Scenario s = new();
        s.Pattern(0.5, string.Concat(Enumerable.Repeat("NNNNNNNV", beats)) + "NNNNNNNN", 70);
        s.Run(60);
        Assert.Equal(alerts, s.Starts(AlertKind.FrequentVentricularEctopy).Count());
    }

    [Fact]
    public void Frequent_UnderBigeminy_IsSuppressed()
    {
        Scenario s = new();
        s.Pattern(0.5, string.Concat(Enumerable.Repeat("NV", 30)), 70);
        s.Run(50);
        Assert.Equal([AlertKind.VentricularBigeminy], s.Starts(t => true).Select(t => t.Kind));
    }

    [Fact]
    public void Ectopy_DoubtfulSeconds_AreGatedAndCounted()
    {
        Scenario s = new();
        s.Pattern(0.5, string.Concat(Enumerable.Repeat("NVVN", 10)), 70);
        s.Flag(0, 60, PatchFlags.Doubtful).Run(25);
        Assert.Empty(s.Transitions);
        Assert.True(s.Counters.SuppressedQuality > 5);
    }
}
