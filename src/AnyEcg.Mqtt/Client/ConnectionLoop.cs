using System.Net.Sockets;
using System.Security.Authentication;

namespace AnyEcg.Mqtt;

/// <summary>The one loop that keeps a client connected: connect, serve, on loss wait and connect again, until stopped.</summary>
internal sealed class ConnectionLoop : IDisposable
{
    private const int ReadSize = 64 * 1024;

    private readonly ClientSession session;
    private readonly TimeProvider time;
    private readonly Func<MqttClientOptions, CancellationToken, Task<Stream>> connect;
    private readonly Action<MqttConnectionChange> onChange;
    private readonly ReconnectPolicy policy;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstConnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClientLink? current;
    private volatile MqttConnectionState state;
    private int connections;
    private bool discarded;
    private volatile bool endsSession;
    private long connectedAt;

    public ConnectionLoop(
        ClientSession session,
        TimeProvider time,
        Func<MqttClientOptions, CancellationToken, Task<Stream>> connect,
        Action<MqttConnectionChange> onChange)
    {
        this.session = session;
        this.time = time;
        this.connect = connect;
        this.onChange = onChange;
        policy = new ReconnectPolicy(session.Options, session.Counters);
    }

    public MqttConnectionState State => state;

    /// <summary>The present connection, which may not have its CONNACK yet.</summary>
    public ClientLink? Current => current;

    public Task FirstConnected => firstConnected.Task;

    public static MqttException Stopped() => new(MqttReasonCode.ServerUnavailable, "the client was stopped");

    /// <summary>Runs until stopped; throws what a receiver throws, and when a takeover ends the client.</summary>
    public async Task RunAsync()
    {
        LinkEnd end = new(MqttReasonCode.Success, "stopped");
        try
        {
            while (!stop.IsCancellationRequested)
            {
                state = MqttConnectionState.Connecting;
                (LinkEnd why, ReconnectDecision next) = await ServeOnceAsync().ConfigureAwait(false);
                if (next.IsFinal && !stop.IsCancellationRequested)
                {
                    end = why;
                    throw new MqttException(why.ReasonCode, why.Reason);
                }

                Change(new MqttConnectionChange(next.State, false, why.ReasonCode, why.Reason) { ServerReference = why.ServerReference });
                if (!stop.IsCancellationRequested && next.Wait > TimeSpan.Zero)
                    await Task.Delay(next.Wait, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (endsSession && session.CanOnlyDiscard(policy.Version))
                await DiscardAsync().ConfigureAwait(false);
        }
        finally
        {
            session.Fail(Stopped());
            Change(new MqttConnectionChange(MqttConnectionState.Stopped, false, end.ReasonCode, end.Reason));
        }
    }

    /// <summary>Ends the loop with a DISCONNECT.</summary>
    public void Stop(bool keepSession)
    {
        endsSession = !keepSession && state == MqttConnectionState.Connected;
        stop.Cancel();
        current?.Disconnect(keepSession);
    }

    /// <summary>Ends the loop as a crash would.</summary>
    public void Abort()
    {
        stop.Cancel();
        current?.Abort("aborted");
    }

    public void Dispose() => stop.Dispose();

    private async Task<(LinkEnd End, ReconnectDecision Next)> ServeOnceAsync()
    {
        connectedAt = 0;
        using CancellationTokenSource budget = new(session.Options.ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, budget.Token);
        (Stream? stream, LinkEnd failure) = await OpenAsync(either.Token).ConfigureAwait(false);
        (LinkEnd end, bool hasServed) = stream is null ? (failure, false) : await ServeAsync(stream, budget.Token).ConfigureAwait(false);
        if (hasServed)
        {
            if (policy.OnlyProbes)
                policy.OnProbed();
            else
                discarded = true;
            return (end, new ReconnectDecision(MqttConnectionState.Connecting, TimeSpan.Zero));
        }

        if (connectedAt == 0)
        {
            session.Counters.Add(MqttCounters.Kind.ConnectFailures);
            return (end, policy.OnFailed(end));
        }

        if (!stop.IsCancellationRequested)
            session.Counters.Add(MqttCounters.Kind.ConnectionsLost);
        return (end, policy.OnLost(end, time.GetElapsedTime(connectedAt)));
    }

    /// <summary>Ends a kept 3.1.1 session after the last connection.</summary>
    private async Task DiscardAsync()
    {
        using CancellationTokenSource budget = new(session.Options.ConnectTimeout, time);
        (Stream? stream, _) = await OpenAsync(budget.Token).ConfigureAwait(false);
        if (stream is null)
            return;
        PacketLink link = new(stream, session.Options.MaximumPacketSize, session.Options.OutboundLimit, time, ReadSize);
        using ClientLink client = new(link, session, ++connections, session.MakeConnect(policy.Version, true), time, (_, _) => { });
        using (budget.Token.Register(() => client.Abort("no CONNACK in time")))
            await client.RunAsync().ConfigureAwait(false);
    }

    private async Task<(Stream? Stream, LinkEnd Failure)> OpenAsync(CancellationToken budget)
    {
        LinkEnd failure = new(MqttReasonCode.ServerUnavailable, "cannot connect");
        try
        {
            return (await connect(policy.Target, budget).ConfigureAwait(false), failure);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return (null, failure with { Reason = $"cannot connect: {e.Message}" });
        }
    }

    private async Task<(LinkEnd End, bool HasServed)> ServeAsync(Stream stream, CancellationToken budget)
    {
        PacketLink link = new(stream, session.Options.MaximumPacketSize, session.Options.OutboundLimit, time, ReadSize)
        {
            OwnThread = session.Options.ReceiveOnOwnThread,
        };
        bool cleanStart = session.Options.CleanStart && session.Counters.Connects == 0 && !discarded && !policy.OnlyProbes;
        ConnectPacket packet = session.MakeConnect(policy.Version, cleanStart);
        using ClientLink client = new(link, session, ++connections, packet, time, OnConnected) { OnlyProbes = policy.OnlyProbes };
        current = client;
        if (stop.IsCancellationRequested)
            client.Abort("stopped");
        using (budget.Register(() => AbortUnlessConnected(client)))
        {
            try
            {
                return (await client.RunAsync().ConfigureAwait(false), client.HasServed);
            }
            finally
            {
                current = null;
            }
        }
    }

    private static void AbortUnlessConnected(ClientLink client)
    {
        if (!client.IsConnected)
            client.Abort("no CONNACK in time");
    }

    private void OnConnected(ClientLink client, ConnackPacket connack)
    {
        connectedAt = time.GetTimestamp();
        session.Counters.Add(MqttCounters.Kind.Connects);
        policy.OnConnected();
        uint expiry = connack.SessionExpiry ?? Seconds.From(session.Options.SessionExpiry);
        string reason = connack.SessionPresent ? "connected, session resumed" : "connected, new session";
        if (client.Version == MqttVersion.V311)
            reason += "; MQTT 3.1.1";
        else if (expiry < Seconds.From(session.Options.SessionExpiry))
            reason += $"; the broker keeps it for {expiry} s only";
        Change(new MqttConnectionChange(MqttConnectionState.Connected, connack.SessionPresent, MqttReasonCode.Success, reason)
        {
            Version = client.Version,
            SessionExpiry = client.Version == MqttVersion.V5 ? Seconds.ToInterval(expiry) : null,
            Announced = client.Version == MqttVersion.V5 ? MqttAnnouncement.Of(connack) : null,
            ResponseInformation = connack.ResponseInformation,
        });
        firstConnected.TrySetResult();
    }

    private void Change(in MqttConnectionChange change)
    {
        state = change.State;
        onChange(change);
    }
}
