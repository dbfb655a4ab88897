using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Worker.Tests;

public sealed class CanarySongTests
{
    private static readonly CanarySong Song = new(60, 8);

    [Fact]
    public void Sing_OverAPeriod_IsSilentForItsSecondsOnly()
    {
        // A QRS complex reaches a millivolt, what else there is does not come near half of it.
        double[] height = [.. Enumerable.Range(0, 140).Select(second => Second(second).Max() * 5.0)];
        Assert.All(Enumerable.Range(0, 140), second => Assert.True(Song.IsSilent(second) ? height[second] < 400 : height[second] > 800, $"{second}: {height[second]}"));
        Assert.Equal([20L, 80L], Enumerable.Range(0, 140).Select(s => (long)s).Where(Song.BeginsSilence));
        Assert.Equal(16, Enumerable.Range(0, 140).Count(s => Song.IsSilent(s)));
    }

    [Fact]
    public void Sing_Silence_IsNoConstantCode() => Assert.True(Enumerable.Range(20, 8).All(second => Second(second).Distinct().Count() > 3));

    [Fact]
    public void LastBeatBefore_AnySecond_IsTheLastPeak() => Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), second =>
    {
        long beat = CanarySong.LastBeatBefore(second);
        return beat < (long)second * CanarySong.RateHz && beat + 200 >= (long)second * CanarySong.RateHz && beat % 200 == 100;
    }).QuickCheckThrowOnFailure();

    private static float[] Second(long second)
    {
        EcgFrame frame = new();
        Song.Sing(second, 7, frame);
        Assert.Equal((7u, second * 250, 1, 250), (frame.Epoch, frame.FirstSample, frame.LeadCount, frame.SamplesPerLead));
        return frame.Samples.ToArray();
    }
}
