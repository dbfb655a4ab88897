using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

public sealed class AlertIdTests
{
    private static readonly StreamKey Key = new("ward", "bed-1");

    [Fact]
    public void Version5_ExampleOfRfc9562_IsItsUuid()
    {
        Guid dns = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        Assert.Equal(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"), AlertId.Version5(dns, "www.example.com"));
    }

    [Fact]
    public void Create_SameAlert_SameId()
    {
        Assert.Equal(AlertId.Create(Key, AlertKind.Pause, 3, 12345), AlertId.Create(new("ward", "bed-1"), AlertKind.Pause, 3, 12345));
    }

    [Fact]
    public void Create_AnyPartDiffers_OtherId()
    {
        Guid[] ids =
        [
            AlertId.Create(Key, AlertKind.Pause, 3, 12345),
            AlertId.Create(new("ward2", "bed-1"), AlertKind.Pause, 3, 12345),
            AlertId.Create(new("ward", "bed-2"), AlertKind.Pause, 3, 12345),
            AlertId.Create(Key, AlertKind.Asystole, 3, 12345),
            AlertId.Create(Key, AlertKind.Pause, 4, 12345),
            AlertId.Create(Key, AlertKind.Pause, 3, 12346),
            AlertId.Create(new("war", "dbed-1"), AlertKind.Pause, 3, 12345),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Create_ReleasedId_NeverChanges()
    {
        Guid id = AlertId.Create(Key, AlertKind.AtrialFibrillation, 1, 6000);
        Assert.Equal(5, id.Version);
        Assert.Equal(new Guid("4baedf44-53df-58de-895a-a6529c816850"), id);
    }
}
