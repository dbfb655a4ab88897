using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class StripRangeTests
{
    [Theory]
    [InlineData(300, 3000, 6000, 3000, 3000)]
    [InlineData(250, 3000, 6000, 2500, 2500)]
    [InlineData(1000, 3000, 3001, 10000, 4)]
    [InlineData(360, 1, 2, 1, 2)]
    [InlineData(130, 3000, 3300, 1300, 130)]
    public void OfModelSamples_Range_HoldsAllOfIt(double rate, long from, long to, long first, int count)
    {
        StripRange range = StripRange.OfModelSamples(4, from, to, rate);
        Assert.Equal((4u, first, count), (range.Epoch, range.First, range.Count));
        Assert.InRange(range.First * 300 / rate, from - (300 / rate), from);
        Assert.InRange(range.End * 300 / rate, to, to + (300 / rate));
    }

    [Fact]
    public void OfModelSamples_DaysFromTheStart_IsExactToTheSample() =>
        Assert.Equal(128_000_000_000, StripRange.OfModelSamples(0, 300_000_000_000, 300_000_000_300, 128).First);

    [Fact]
    public void OfModelSamples_EmptyOrTooLong_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StripRange.OfModelSamples(0, 100, 100, 250));
        Assert.Throws<ArgumentOutOfRangeException>(() => StripRange.OfModelSamples(0, -100, 0, 250));
        Assert.Throws<ArgumentOutOfRangeException>(() => StripRange.OfModelSamples(0, 0, 180_001, 250));
        Assert.Equal(600_000, StripRange.OfModelSamples(0, 7, 180_007, 1000).Count);
    }

    [Fact]
    public void Around_Alert_HasTenSecondsOnBothSides()
    {
        AlertTransition alert = Alerts.Asystole with { OnsetSample = 6000, DecidedSample = 7200 };
        Assert.Equal(new StripRange(4, 2500, 6000), StripRange.Around(alert, 250));
        Assert.Equal(new StripRange(4, 2500, 8500), StripRange.Around(alert with { EndSample = 10_200 }, 250));
        Assert.Equal(new StripRange(4, 0, 6000), StripRange.Around(Alerts.Asystole, 250));
        Assert.Equal(150_000, StripRange.Around(alert with { EndSample = 10_000_000 }, 250).Count);
    }

    [Fact]
    public void StartNs_FromAKnownSample_IsTheTimeOfTheFirst() =>
        Assert.Equal(Alerts.EpochNs, new StripRange(4, 250, 10).StartNs(600, Alerts.EpochNs + 1_000_000_000, 250));

    [Fact]
    public void DeviceSample_OfAnyRate_IsTheNearest()
    {
        foreach (double rate in (double[])[100, 128, 130, 250, 257.0123, 300, 360, 500, 999.5, 1000])
        {
            for (long sample = 0; sample < 100_000; sample += 997)
                Assert.InRange(StripRange.DeviceSample(sample, rate) - (sample * rate / PatchSecond.ModelRateHz), -0.5001, 0.5001);
        }
    }
}
