using System.Diagnostics.Metrics;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker.Tests;

public sealed class CanaryWatchTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CanaryWatch watch;

    public CanaryWatchTests() => watch = new CanaryWatch(
        Options.Create(new CanaryOptions { Enabled = true, LimitSeconds = 30 }), clock, services.GetRequiredService<IMeterFactory>());

    public void Dispose() => services.Dispose();

    [Fact]
    public void State_BeforeTheFirstAsystole_IsGood() => Assert.True(watch.State().Healthy);

    [Fact]
    public void Hear_InTime_IsHeardOnce()
    {
        Expect();
        clock.Advance(6);
        watch.Hear(Alert());
        clock.Advance(60);
        watch.Check();

        Assert.Equal((1, 0, 0), (watch.Heard, watch.Missed, watch.Unexpected));
        Assert.Equal((true, "the asystole came back after 6.0 s"), watch.State());
    }

    [Fact]
    public void Check_AfterTheLimit_IsMissedOnceAndUnhealthy()
    {
        Expect();
        clock.Advance(29);
        watch.Check();
        Assert.True(watch.State().Healthy);
        clock.Advance(2);
        watch.Check();
        watch.Check();

        Assert.Equal((0, 1), (watch.Heard, watch.Missed));
        Assert.False(watch.State().Healthy);
    }

    [Fact]
    public void Hear_TooLate_StaysUnhealthyUntilTheNextIsInTime()
    {
        Expect();
        clock.Advance(31);
        watch.Check();
        watch.Hear(Alert());
        Assert.Equal((false, "late: the asystole came back after 31.0 s"), watch.State());

        Expect(5000);
        clock.Advance(5);
        watch.Hear(Alert(6000));
        Assert.Equal((1, 1), (watch.Heard, watch.Missed));
        Assert.True(watch.State().Healthy);
    }

    [Fact]
    public void Hear_OfAnotherEpochOrPlaceOrTwice_IsUnexpected()
    {
        watch.Hear(Alert());
        Expect();
        watch.Hear(Alert(epoch: 8));
        watch.Hear(Alert(onset: 1200 + 601));
        Assert.Equal((0, 3), (watch.Heard, watch.Unexpected));
        watch.Hear(Alert());
        watch.Hear(Alert());
        Assert.Equal((1, 4), (watch.Heard, watch.Unexpected));
    }

    [Fact]
    public void Hear_AnotherKindOrPhase_IsNothing()
    {
        Expect();
        watch.Hear(Alert() with { Kind = AlertKind.Pause });
        watch.Hear(Alert() with { Phase = AlertPhase.End });
        Assert.Equal((0, 0), (watch.Heard, watch.Unexpected));
    }

    [Theory]
    [InlineData(59, 8, 30, "g")]
    [InlineData(300, 6, 30, "g")]
    [InlineData(300, 8, 5, "g")]
    [InlineData(60, 30, 20, "g")]
    [InlineData(300, 8, 30, "_g")]
    public void Faults_OfSettingsThatCannotWork_AreTold(int period, int asystole, int limit, string group) => Assert.NotEmpty(
        new CanaryOptions { Enabled = true, PeriodSeconds = period, AsystoleSeconds = asystole, LimitSeconds = limit, Group = group }.Faults());

    [Fact]
    public void Faults_OfTheDefaults_AreNone() => Assert.Empty(new CanaryOptions { Group = "canary-w1" }.Faults());

    private void Expect(long lastBeat = 1000) => watch.Expect(7, lastBeat, clock.GetTimestamp());

    private static AlertReading Alert(long onset = 1200, uint epoch = 7) => new()
    {
        AlertId = default,
        Revision = 1,
        Group = "canary-w1",
        Stream = "w1",
        Kind = AlertKind.Asystole,
        Phase = AlertPhase.Start,
        Priority = AlertPriority.High,
        Signal = AlertSignal.On,
        ConditionPresent = true,
        Epoch = epoch,
        OnsetSample = onset,
        OnsetNs = 0,
        Limit = "",
    };
}
