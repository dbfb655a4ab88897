using System.Net.Sockets;

namespace AnyEcg.Mqtt.Tests;

public sealed class ReconnectTests
{
    [Fact]
    public void Backoff_ManyFailures_DoublesWithinItsBandUpToTheCap()
    {
        ReconnectBackoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 7);
        double[] caps = [1, 2, 4, 8, 16, 30, 30, 30];
        double[] waits = [.. caps.Select(_ => backoff.Next().TotalSeconds)];
        Assert.All(waits.Zip(caps), pair => Assert.InRange(pair.First, pair.Second / 2, pair.Second));
        Assert.Equal(waits.Length, waits.Distinct().Count());
    }

    [Fact]
    public void Backoff_SameSeed_GivesTheSameWaits()
    {
        ReconnectBackoff a = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), ReconnectBackoff.SeedOf("worker-1"));
        ReconnectBackoff b = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), ReconnectBackoff.SeedOf("worker-1"));
        Assert.Equal(Enumerable.Range(0, 9).Select(_ => a.Next()), Enumerable.Range(0, 9).Select(_ => b.Next()));
        Assert.NotEqual(ReconnectBackoff.SeedOf("worker-1"), ReconnectBackoff.SeedOf("worker-2"));
    }

    [Fact]
    public void Backoff_ConnectionOutlivedTheInterval_StartsAnew()
    {
        ReconnectBackoff backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 7);
        for (int i = 0; i < 4; i++)
            backoff.Next();
        backoff.OnConnectionEnded(TimeSpan.FromSeconds(15));
        Assert.InRange(backoff.Next(), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(16));
        backoff.OnConnectionEnded(TimeSpan.FromSeconds(31));
        Assert.InRange(backoff.Next(), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Start_BrokerUnreachable_WaitsByTheScheduleBetweenAttempts()
    {
        FakeTime time = new();
        int attempts = 0;
        MqttClientOptions options = new()
        {
            ClientId = "c",
            JitterSeed = 3,
            ReconnectMin = TimeSpan.FromSeconds(1),
            ReconnectMax = TimeSpan.FromSeconds(8),
        };
        ReconnectBackoff expected = new(options.ReconnectMin, options.ReconnectMax, 3);
        await using MqttConnection client = new(options, new RecordingReceiver(), time, null, (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            throw new SocketException((int)SocketError.ConnectionRefused);
        });
        using CancellationTokenSource cancel = new();
        Task starting = client.StartAsync(cancel.Token);
        for (int i = 1; i <= 6; i++)
        {
            TimeSpan wait = expected.Next();
            await Budget.UntilAsync(() => time.IsWaitingFor(due => due == wait));
            Assert.Equal(i, Volatile.Read(ref attempts));
            time.Advance(wait - TimeSpan.FromTicks(1));
            Assert.Equal(i, Volatile.Read(ref attempts));
            time.Advance(TimeSpan.FromTicks(1));
            await Budget.UntilAsync(() => Volatile.Read(ref attempts) == i + 1);
        }

        await Budget.UntilAsync(() => client.Counters.ConnectFailures == 7);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Equal(MqttConnectionState.Stopped, client.State);
    }

    [Fact]
    public async Task Run_BrokerRestarts_ReconnectsAndSubscribesAgain()
    {
        EmbeddedBroker first = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        List<MqttConnectionChange> changes = [];
        await using MqttConnection client = Clients.Make(Clients.Options(first.Port, "c"), receiver);
        client.StateChanged += changes.Add;
        await client.StartAsync(Budget.Token);
        await client.SubscribeAsync("t/#");
        await first.CrashAsync();
        await using EmbeddedBroker second = await Clients.BrokerAsync(new EmbeddedBrokerOptions { Port = first.Port });
        await using MqttConnection publisher = await Clients.ConnectAsync(second.Port, "p");
        while (receiver.Count == 0)
            await publisher.PublishAsync("t/1", "again");
        Assert.Equal("again", (await receiver.NextAsync()).Text);
        Assert.Equal(1, client.Counters.ConnectionsLost);
        Assert.Equal(MqttConnectionState.Connected, changes[0].State);
        Assert.Equal(MqttConnectionState.Connecting, changes[1].State);
        Assert.Equal(MqttReasonCode.UnspecifiedError, changes[1].ReasonCode);
        Assert.False(changes[^1].SessionPresent);
    }

    [MosquittoFact]
    public async Task Run_MosquittoRestarts_ReconnectsAndSubscribesAgain()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        RecordingReceiver receiver = new();
        await using MqttConnection client = await Clients.ConnectAsync(server.Port, "c", receiver);
        await client.SubscribeAsync("t/#");
        await server.KillAsync();
        await Budget.UntilAsync(() => client.State == MqttConnectionState.Connecting);
        Task pending = client.PublishAsync("t/1", "written while away");
        await server.RestartAsync(Budget.Token);
        await pending.WaitAsync(Budget.Limit);
        await client.PublishAsync("t/1", "back");
        List<string> texts = [(await receiver.NextAsync()).Text, (await receiver.NextAsync()).Text];
        Assert.Equal(["written while away", "back"], texts);
    }

    [Fact]
    public async Task Connect_NoConnackInTime_GivesUpAndTriesAgain()
    {
        using ScriptedBroker broker = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        using RawPeer silent = await broker.AcceptAsync();
        using RawPeer second = await broker.AcceptAsync();
        await second.ExpectAsync(PacketType.Connect);
        await second.SendAsync(new ConnackPacket());
        await starting;
        Assert.True(client.Counters.ConnectFailures >= 1);
    }

    [Fact]
    public async Task Connect_Refused_TellsTheReason()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions
        {
            Authenticate = (id, user, password) => (id, user, password) == ("c", "u", "right"),
        });
        MqttClientOptions wrong = Clients.Options(broker.Port, "c");
        (wrong.UserName, wrong.Password) = ("u", "wrong");
        TaskCompletionSource<MqttConnectionChange> change = new();
        await using MqttConnection refused = Clients.Make(wrong);
        refused.StateChanged += c => change.TrySetResult(c);
        using CancellationTokenSource cancel = new();
        Task starting = refused.StartAsync(cancel.Token);
        Assert.Equal(MqttReasonCode.BadUserNameOrPassword, (await change.Task.WaitAsync(Budget.Limit)).ReasonCode);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        wrong.Password = "right";
        await using MqttConnection admitted = await Clients.ConnectAsync(wrong);
        Assert.Equal(MqttConnectionState.Connected, admitted.State);
    }
}
