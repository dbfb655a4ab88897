using System.Net.Sockets;

namespace AnyEcg.Simulator;

/// <summary>The networks between devices and broker: one proxy for all devices that share their outages, none for those without.</summary>
internal sealed class FleetNetwork : IAsyncDisposable
{
    private readonly Dictionary<string, (FaultProxy Proxy, FleetMember Member)> proxies = new(StringComparer.Ordinal);
    private readonly FleetOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop = new();
    private Task playing = Task.CompletedTask;

    /// <exception cref="SocketException">No port is free.</exception>
    public FleetNetwork(FleetOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        foreach (FleetMember member in options.Members.Where(member => !member.Outages.IsEmpty))
        {
            if (proxies.ContainsKey(Name(member)))
                continue;
            FaultProxy proxy = new(new FaultProxyOptions { TargetHost = options.Host, TargetPort = options.Port }, time);
            proxy.Start();
            proxies.Add(Name(member), (proxy, member));
        }
    }

    /// <summary>Where a device connects to.</summary>
    public (string Host, int Port) Of(int device)
        => options.Members.Count > 0 && proxies.TryGetValue(Name(options.Members[device]), out (FaultProxy Proxy, FleetMember Member) own)
            ? ("127.0.0.1", own.Proxy.Port)
            : (options.Host, options.Port);

    /// <summary>The fleet begins: the outages come from now on.</summary>
    public void Begin() => playing = Task.WhenAll(proxies.Values.Select(own => PlayAsync(own.Proxy, own.Member)));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await playing.ConfigureAwait(false);
        foreach ((FaultProxy proxy, _) in proxies.Values)
            await proxy.DisposeAsync().ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task PlayAsync(FaultProxy proxy, FleetMember member)
    {
        long start = time.GetTimestamp();
        try
        {
            foreach (Outage outage in member.Outages.OrderBy(outage => outage.At))
            {
                await UntilAsync(start, outage.At / member.Device.Speed).ConfigureAwait(false);
                proxy.Faults = new NetworkFaults { RefuseConnections = true };
                proxy.Cut(outage.Cut);
                await UntilAsync(start, (outage.At + outage.Seconds) / member.Device.Speed).ConfigureAwait(false);
                proxy.Faults = NetworkFaults.None;
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends in the middle of an outage: the last words are for the network that is back.
            proxy.Faults = NetworkFaults.None;
        }
    }

    private async Task UntilAsync(long start, double seconds)
    {
        TimeSpan wait = TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(start);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, stop.Token).ConfigureAwait(false);
    }

    private static string Name(FleetMember member) => string.Join(';', member.Outages);
}
