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
    private readonly ReconnectBackoff backoff;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstConnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClientLink? current;
    private volatile MqttConnectionState state;
    private int connections;
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
        MqttClientOptions options = session.Options;
        int seed = options.JitterSeed ?? ReconnectBackoff.SeedOf(options.ClientId);
        backoff = new ReconnectBackoff(options.ReconnectMin, options.ReconnectMax, seed);
    }

    public MqttConnectionState State => state;

    /// <summary>The present connection, which may not have its CONNACK yet.</summary>
    public ClientLink? Current => current;

    public Task FirstConnected => firstConnected.Task;

    public static MqttException Stopped() => new(MqttReasonCode.ServerUnavailable, "the client was stopped");

    public async Task RunAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                Change(MqttConnectionState.Connecting, false, await ServeOnceAsync().ConfigureAwait(false));
                if (!stop.IsCancellationRequested)
                    await Task.Delay(backoff.Next(), time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            session.Fail(Stopped());
            Change(MqttConnectionState.Stopped, false, new LinkEnd(MqttReasonCode.Success, "stopped"));
        }
    }

    /// <summary>Ends the loop with a DISCONNECT.</summary>
    public void Stop(bool keepSession)
    {
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

    private async Task<LinkEnd> ServeOnceAsync()
    {
        state = MqttConnectionState.Connecting;
        connectedAt = 0;
        using CancellationTokenSource budget = new(session.Options.ConnectTimeout, time);
        (Stream? stream, LinkEnd failure) = await OpenAsync(budget.Token).ConfigureAwait(false);
        LinkEnd end = stream is null ? failure : await ServeAsync(stream, budget.Token).ConfigureAwait(false);
        if (connectedAt == 0)
        {
            session.Counters.Add(MqttCounters.Kind.ConnectFailures);
            return end;
        }

        backoff.OnConnectionEnded(time.GetElapsedTime(connectedAt));
        if (!stop.IsCancellationRequested)
            session.Counters.Add(MqttCounters.Kind.ConnectionsLost);
        return end;
    }

    private async Task<(Stream? Stream, LinkEnd Failure)> OpenAsync(CancellationToken budget)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, budget);
        LinkEnd failure = new(MqttReasonCode.ServerUnavailable, "cannot connect");
        try
        {
            return (await connect(session.Options, both.Token).ConfigureAwait(false), failure);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return (null, failure with { Reason = $"cannot connect: {e.Message}" });
        }
    }

    private async Task<LinkEnd> ServeAsync(Stream stream, CancellationToken budget)
    {
        PacketLink link = new(stream, session.Options.MaximumPacketSize, session.Options.OutboundLimit, time, ReadSize);
        using ClientLink client = new(link, session, ++connections, time, OnConnected);
        current = client;
        if (stop.IsCancellationRequested)
            client.Abort("stopped");
        bool cleanStart = session.Options.CleanStart && session.Counters.Connects == 0;
        using (budget.Register(() => AbortUnlessConnected(client)))
        {
            try
            {
                return await client.RunAsync(cleanStart).ConfigureAwait(false);
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
        string reason = connack.SessionPresent ? "connected, session resumed" : "connected, new session";
        if (connack.SessionExpiry is { } seconds && seconds < Seconds.From(session.Options.SessionExpiry))
            reason += $"; the broker keeps it for {seconds} s only";
        Change(MqttConnectionState.Connected, connack.SessionPresent, new LinkEnd(MqttReasonCode.Success, reason));
        firstConnected.TrySetResult();
    }

    private void Change(MqttConnectionState next, bool sessionPresent, LinkEnd why)
    {
        state = next;
        onChange(new MqttConnectionChange(next, sessionPresent, why.ReasonCode, why.Reason));
    }
}
