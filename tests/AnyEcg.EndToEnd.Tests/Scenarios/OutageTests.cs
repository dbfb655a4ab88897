using AnyEcg.Engine;
using AnyEcg.Simulator;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// Something is away for a while, and comes back: every sample arrives and is judged once, and the alerts are those of a run in which
/// nothing went wrong.
/// </summary>
[Collection(WholeSystem.Name)]
[Trait("Category", "Outage")]
public sealed class OutageTests
{
    [CrashFact]
    public async Task Broker_StoppedAndStarted_LosesNothing()
    {
        await using OutagePlay play = await OutagePlay.StartAsync(seconds: 160, speed: 10);
        EngineSnapshot end = await play.RunAsync(async () =>
        {
            await WaitAsync(3);
            await play.Broker.StopAsync(Budget.Token);
            await WaitAsync(3);
            await play.Broker.RestartAsync(Budget.Token);
            await WaitAsync(3);

            // Once more, with the worker cut off when it stops: what it has not acknowledged lies in the broker's file.
            play.Network.Cut(ConnectionCut.TargetDies);
            await play.Broker.StopAsync(Budget.Token);
            await play.Broker.RestartAsync(Budget.Token);
        });
        await play.AssertUndisturbedAsync(end);
    }

    [CrashFact]
    public async Task Devices_TenMinutesWithoutNetwork_LoseNothing()
    {
        await using OutagePlay play = await OutagePlay.StartAsync(seconds: 780, speed: 60, new Outage(90, 600));
        EngineSnapshot end = await play.RunAsync(() => Task.CompletedTask);
        await play.AssertUndisturbedAsync(end);
    }

    [CrashFact]
    public async Task WorkersNetwork_CutAgainAndAgain_LosesNothing()
    {
        await using OutagePlay play = await OutagePlay.StartAsync(seconds: 160, speed: 10, new Outage(60, 30, ConnectionCut.ClientDies));
        EngineSnapshot end = await play.RunAsync(async () =>
        {
            foreach (ConnectionCut cut in new[] { ConnectionCut.Reset, ConnectionCut.ClientDies, ConnectionCut.TargetDies })
            {
                await WaitAsync(2);
                play.Network.Cut(cut);
                play.Network.Faults = new NetworkFaults { RefuseConnections = true };
                await WaitAsync(2);
                play.Network.Faults = NetworkFaults.None;
            }
        });
        Assert.True(play.Network.Counters.Accepted > 3, "The worker must have been cut off.");
        await play.AssertUndisturbedAsync(end);
    }

    /// <summary>A part of the time for which something is away or there: what is tested, no wait for anything.</summary>
    private static Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
}
