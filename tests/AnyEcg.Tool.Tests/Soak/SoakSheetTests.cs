using System.Text.Json;
using AnyEcg.Simulator;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Tool.Tests;

public sealed class SoakSheetTests
{
    [Fact]
    public void Line_AnyTerms_HoldsWhereBothSidesAddUpToTheSame() =>
        Prop.ForAll(Gen.Choose(0, 5).ListOf(3).Two().ToArbitrary(), sides =>
        {
            BalanceLine line = new("any", [.. sides.Item1.Select(n => ("is", (long)n))], [.. sides.Item2.Select(n => ("becomes", (long)n))]);
            Assert.Equal(sides.Item1.Sum() == sides.Item2.Sum(), line.Holds);
            Assert.Equal(sides.Item1.Sum() <= sides.Item2.Sum(), (line with { AtMost = true }).Holds);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Sheet_OneSampleTooFew_DoesNotBalance()
    {
        SoakSheet sheet = Sheet(processed: 100);
        Assert.True(sheet.Balances);
        Assert.False(Sheet(processed: 99).Balances);
        Assert.False((sheet with { Streams = [sheet.Streams[0] with { Ledger = new DeviceLedger(100, 99, 0, 0, 0) }] }).Balances);
    }

    [Fact]
    public void Text_ASheet_SaysWhichAccountDoesNotHold()
    {
        Assert.Contains("| samples | 100 acknowledged | 100 processed | yes |", SoakText.Lines(Sheet(100)));
        Assert.Contains("| samples | 100 acknowledged | 99 processed | **no** |", SoakText.Lines(Sheet(99)));
        Assert.Contains("**Not every account balances.**", SoakText.Lines(Sheet(99)));
    }

    [Fact]
    public void Json_ASheet_HasItsAccountsStreamsAndNetworks()
    {
        using MemoryStream stream = new();
        SoakJson.Write(stream, Sheet(99));
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement root = document.RootElement;

        Assert.False(root.GetProperty("balances").GetBoolean());
        JsonElement account = root.GetProperty("accounts")[0];
        Assert.Equal((false, 99), (account.GetProperty("holds").GetBoolean(), account.GetProperty("becomes").GetProperty("processed").GetInt32()));
        Assert.Equal("bed-1", root.GetProperty("streams")[0].GetProperty("stream").GetString());
        Assert.Equal("Reset", root.GetProperty("networks")[0].GetProperty("faults")[0].GetProperty("kind").GetString());
        Assert.Equal(7, root.GetProperty("notes").GetProperty("frames").GetInt32());
    }

    private static SoakSheet Sheet(long processed) => new()
    {
        Options = new SoakOptions { Model = "" },
        Version = "1",
        WallSeconds = 1,
        Streams = [new SoakStream("bed-1", "sinus_103", new DeviceLedger(100, 100, 0, 0, 0), 0, 0, 0)],
        Lines = [new BalanceLine("samples", [("acknowledged", 100)], [("processed", processed)])],
        Networks = [new SoakNetwork("devices", [(FaultKind.Reset, 1, 2.5)], new ProxyCounters())],
        Notes = [("frames", 7)],
    };
}
