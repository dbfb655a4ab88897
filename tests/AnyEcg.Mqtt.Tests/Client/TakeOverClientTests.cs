namespace AnyEcg.Mqtt.Tests;

/// <summary>Two clients with one id: nobody reconnects at once for ever.</summary>
public sealed class TakeOverClientTests
{
    private static readonly LinkEnd TakenOver = new(MqttReasonCode.SessionTakenOver, "taken over");
    private static readonly LinkEnd Closed = new(MqttReasonCode.UnspecifiedError, "closed by the peer") { ClosedByPeer = true };
    private static readonly LinkEnd Lost = new(MqttReasonCode.UnspecifiedError, "connection lost");

    [Fact]
    public void Policy_TakenOverAgainAndAgain_WaitsLongerEachTime()
    {
        ReconnectPolicy policy = new(new MqttClientOptions { ClientId = "c" }, new MqttCounters());
        foreach (double minutes in new[] { 1, 2, 4, 8, 16, 16 })
        {
            ReconnectDecision next = policy.OnLost(TakenOver, TimeSpan.FromMinutes(minutes));
            Assert.Equal((MqttConnectionState.Contested, false), (next.State, next.IsFinal));
            Assert.InRange(next.Wait, TimeSpan.FromMinutes(minutes / 2), TimeSpan.FromMinutes(minutes));
        }

        Assert.InRange(policy.OnLost(TakenOver, TimeSpan.FromHours(1)).Wait, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Policy_YoungConnectionsClosed_AreContestedFromTheFourthOn()
    {
        MqttCounters counters = new();
        ReconnectPolicy policy = new(new MqttClientOptions { ClientId = "c" }, counters);
        for (int i = 1; i <= 3; i++)
            Assert.Equal(MqttConnectionState.Connecting, policy.OnLost(Closed, TimeSpan.FromSeconds(4)).State);

        // From then on the age of the waits themselves is young.
        foreach (int seconds in new[] { 4, 59, 20 })
        {
            ReconnectDecision next = policy.OnLost(Closed, TimeSpan.FromSeconds(seconds));
            Assert.Equal(MqttConnectionState.Contested, next.State);
            Assert.InRange(next.Wait, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
        }

        Assert.Equal(3, counters.Contested);
        Assert.Equal(MqttConnectionState.Connecting, policy.OnLost(Closed, TimeSpan.FromSeconds(61)).State);
    }

    [Theory]
    [InlineData(false, 4, 4)]
    [InlineData(true, 6, 4)]
    [InlineData(true, 4, 0)]
    public void Policy_OtherLosses_AreNoContest(bool closed, int seconds, int contestedAfter)
    {
        MqttClientOptions options = new() { ClientId = "c", ContestedAfter = contestedAfter };
        ReconnectPolicy policy = new(options, new MqttCounters());
        for (int i = 0; i < 10; i++)
            Assert.Equal(MqttConnectionState.Connecting, policy.OnLost(closed ? Closed : Lost, TimeSpan.FromSeconds(seconds)).State);
    }

    [Fact]
    public async Task TakenOver_OptionStop_EndsWithThatReason()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        MqttClientOptions options = Clients.Options(broker.Port, "same");
        options.OnTakenOver = MqttTakeOver.Stop;
        await using MqttConnection first = await Clients.ConnectAsync(options);
        MqttConnectionChange last = default;
        first.StateChanged += change => last = change;
        await using MqttConnection second = await Clients.ConnectAsync(broker.Port, "same");
        MqttException e = await Assert.ThrowsAsync<MqttException>(() => first.Completion.WaitAsync(Budget.Limit));
        Assert.Equal(MqttReasonCode.SessionTakenOver, e.ReasonCode);
        Assert.Equal((MqttConnectionState.Stopped, MqttReasonCode.SessionTakenOver), (last.State, last.ReasonCode));
        await Assert.ThrowsAsync<MqttException>(() => first.PublishAsync("t", "x"));
        Assert.Equal(MqttConnectionState.Connected, second.State);
    }

    [Fact]
    public async Task TwoClients_OwnBroker_TheFirstStaysAway()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection first = await Clients.ConnectAsync(broker.Port, "same");
        await using MqttConnection second = await Clients.ConnectAsync(broker.Port, "same");
        await Budget.UntilAsync(() => first.State == MqttConnectionState.Contested);
        for (int i = 0; i < 20; i++)
            await second.PublishAsync("t", "x");
        Assert.Equal((1, 1, 0), (first.Counters.Connects, first.Counters.TakenOver, second.Counters.ConnectionsLost));
    }

    [Fact]
    public async Task TwoClients_OwnBroker311_TheDuelEnds()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await DuelAsync(broker.Port, MqttVersionChoice.V311);
    }

    // mosquitto 2.0.11 closes without a word whatever the version.
    [MosquittoFact]
    public async Task TwoClients_Mosquitto_TheDuelEnds()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await DuelAsync(server.Port, MqttVersionChoice.V5);
    }

    [MosquittoFact]
    public async Task TwoClients_Mosquitto311_TheDuelEnds()
    {
        await using MosquittoServer server = await MosquittoServer.StartAsync(Budget.Token);
        await DuelAsync(server.Port, MqttVersionChoice.V311);
    }

    private static async Task DuelAsync(int port, MqttVersionChoice version)
    {
        await using MqttConnection first = await Clients.ConnectAsync(Duellist(port, version));
        await using MqttConnection second = await Clients.ConnectAsync(Duellist(port, version));
        await Budget.UntilAsync(() => first.State == MqttConnectionState.Contested || second.State == MqttConnectionState.Contested);
        (MqttConnection away, MqttConnection stays) = first.State == MqttConnectionState.Contested ? (first, second) : (second, first);
        await Budget.UntilAsync(() => stays.State == MqttConnectionState.Connected);
        for (int i = 0; i < 20; i++)
            await stays.PublishAsync("t", "x");
        Assert.Equal((MqttConnectionState.Contested, 1), (away.State, away.Counters.Contested));
        Assert.InRange(first.Counters.Connects + second.Counters.Connects, 5, 10);
    }

    private static MqttClientOptions Duellist(int port, MqttVersionChoice version)
    {
        MqttClientOptions options = Clients.Options(port, "same");
        options.ProtocolVersion = version;
        options.ReconnectMax = TimeSpan.FromMinutes(10);
        return options;
    }
}
