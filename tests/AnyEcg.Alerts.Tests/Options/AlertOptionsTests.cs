namespace AnyEcg.Alerts.Tests;

public sealed class AlertOptionsTests
{
    [Fact]
    public void Faults_Defaults_None() => Assert.Empty(new AlertOptions().Faults());

    [Fact]
    public void Faults_SeveralWrong_ReportsAll()
    {
        AlertOptions options = new()
        {
            AloneFactor = 3,
            MaxUnreadSeconds = 0,
            RhythmOn = 0.2,
            UnreadableAbove = double.NaN,
            Kinds =
            {
                [AlertKind.Pause] = new() { Limit = -1, Over = 99, OnSeconds = 5, OnOfSeconds = 4, RefractorySeconds = -1, UpdateSeconds = -1 },
                [AlertKind.Tachycardia] = new() { OffLimit = double.NaN },
            },
        };
        Assert.Equal(10, options.Faults().Count);
        Assert.Throws<ArgumentException>(() => new AlertSettings(options));
    }

    [Fact]
    public void Settings_LimitOfAnAthlete_MovesTheOffsetInProportion()
    {
        AlertSettings settings = new(new AlertOptions { Kinds = { [AlertKind.Bradycardia] = new() { Limit = 40, Priority = AlertPriority.Medium } } });
        Assert.Equal(42.4, settings[AlertKind.Bradycardia].OffLimit, 6);
        Assert.Equal(AlertPriority.Medium, settings[AlertKind.Bradycardia].Priority);
        Assert.Equal("rate < 40/min over 30 s", settings[AlertKind.Bradycardia].LimitText);
        Assert.Equal(AlertKindTable.Of(AlertKind.Pause), settings[AlertKind.Pause]);
    }

    [Fact]
    public void Observe_KindDisabled_NeverAlerts()
    {
        Scenario s = new(new AlertOptions { Kinds = { [AlertKind.Asystole] = new() { Enabled = false } } });
        s.Fill(0, 10, 60).Run(30);
        Assert.Empty(s.Of(AlertKind.Asystole));
    }

    [Fact]
    public void Observe_LimitOfAnAthlete_IsUsed()
    {
        Scenario athlete = new(new AlertOptions { Kinds = { [AlertKind.Bradycardia] = new() { Limit = 42 } } });
        athlete.Fill(0, 60, 45).Run(60);
        Assert.Empty(athlete.Of(AlertKind.Bradycardia));
    }
}
