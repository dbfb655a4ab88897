using AnyEcg.Mqtt.Tests;
using AnyEcg.Simulator;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The soak in short: every fault on both sides of the broker, and every account balances to the sample.</summary>
[Collection(WholeSystem.Name)]
public sealed class SoakTests
{
    [ReleasedModelFact]
    public Task EmbeddedBroker_AllFaults_EveryAccountBalances() => BalancesAsync("embedded", seed: 3);

    [MosquittoSoakFact]
    public Task Mosquitto_AllFaults_EveryAccountBalances() => BalancesAsync("mosquitto", seed: 4);

    [ReleasedModelFact]
    public async Task StoresTooSmall_WhatTheyDropIsCountedAndIsTheOnlyGap()
    {
        SoakSheet sheet = await RunAsync("embedded", seed: 5, storeSeconds: 2);

        Assert.True(sheet.Balances, Text(sheet));
        Assert.True(sheet.Streams.Sum(s => s.Ledger.Dropped) > 0, "The stores must have overflowed: " + Text(sheet));
    }

    private static async Task BalancesAsync(string broker, int seed)
    {
        SoakSheet sheet = await RunAsync(broker, seed, storeSeconds: 3600);

        Assert.True(sheet.Balances, Text(sheet));
        Assert.All(sheet.Streams, s => Assert.Equal((0, s.Ledger.Generated), (s.Ledger.Dropped, s.Ledger.Acknowledged)));
        Assert.All(sheet.Streams, s => Assert.True(s.Ledger.Generated > 1000, Text(sheet)));
        Assert.True(sheet.Streams.Sum(s => s.Expected) > 10, "The recordings must have raised alerts: " + Text(sheet));
        Assert.All(sheet.Networks, network => AssertFaulty(network, Text(sheet)));
    }

    private static void AssertFaulty(SoakNetwork network, string sheet)
    {
        ProxyCounters c = network.Counters;
        Assert.Equal(Enum.GetValues<FaultKind>(), network.Faults.Select(f => f.Kind));
        Assert.True(c.Resets > 0 && c.ClientsDied + c.TargetsDied > 0 && c.Accepted > 3, sheet);
    }

    private static async Task<SoakSheet> RunAsync(string broker, int seed, double storeSeconds)
    {
        SoakOptions options = new()
        {
            Length = TimeSpan.FromSeconds(24),
            Seed = seed,
            Broker = broker,
            Devices = 8,
            Speed = 10,
            StoreSeconds = storeSeconds,
            Model = Released.Folder,
        };
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(8), TimeProvider.System);
        return await new SoakRun(options, TimeProvider.System, TextWriter.Null).RunAsync(limit.Token);
    }

    private static string Text(SoakSheet sheet) => string.Join('\n', SoakText.Lines(sheet));
}

/// <summary>A fact that needs mosquitto and the released weights; skipped with the reason where one is missing.</summary>
internal sealed class MosquittoSoakFactAttribute : FactAttribute
{
    public MosquittoSoakFactAttribute()
    {
        if (!Released.IsThere)
            Skip = "models/anyecg-s is not checked out";
        else if (!MosquittoServer.IsInstalled)
            Skip = "mosquitto is not installed";
    }
}
