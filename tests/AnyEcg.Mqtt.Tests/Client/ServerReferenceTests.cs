using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

/// <summary>A broker that names another server (0x9C, 0x9D).</summary>
public sealed class ServerReferenceTests
{
    [Theory]
    [InlineData("other.example", "other.example", 1883)]
    [InlineData("other.example:8883", "other.example", 8883)]
    [InlineData("10.0.0.1:99 b:1 c", "10.0.0.1", 99)]
    [InlineData("[fe80::1]:8883", "fe80::1", 8883)]
    [InlineData("[fe80::1]", "fe80::1", 1883)]
    [InlineData("  x ", "x", 1883)]
    public void TryParse_KnownForms_NameTheFirstServer(string reference, string host, int port)
    {
        Assert.True(ServerAddress.TryParse(reference, 1883, out string gotHost, out int gotPort));
        Assert.Equal((host, port), (gotHost, gotPort));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a:b:c")]
    [InlineData("host:70000")]
    [InlineData("user:secret@host")]
    [InlineData("host/path")]
    public void TryParse_AnythingElse_IsNotFollowed(string? reference) =>
        Assert.False(ServerAddress.TryParse(reference, 1883, out _, out _));

    [Fact]
    public void TryParse_AnyText_NamesWhatCanBeLookedUpOrNothing() => Generators.Check(
        from parts in Gen.Elements("xn--", "a", ".", "-", "\u00e9", "\u00df", "\u0080", "\u3002", "\ud83d\ude00", "\u200d", "\u0671", "%", "_", "!", "~", ";", "=", ":1", "[", "]", new string('y', 100)).ListOf()
        select string.Concat(parts),
        reference =>
        {
            bool named = ServerAddress.TryParse(reference, 1883, out string host, out int port);
            if (!named)
                return;
            Assert.True(host.Length is > 0 and <= 255 && port is > 0 and <= 65_535, reference);
            Assert.Equal(port, new MqttBrokerUrl(host, port, true, "/mqtt").ToUri().Port);
        },
        3000);

    [Fact]
    public async Task Disconnect_UseAnother_IsToldAndNotFollowed()
    {
        using ScriptedBroker broker = new();
        using ScriptedBroker other = new();
        await using MqttConnection client = Clients.Make(Clients.Options(broker.Port, "c"));
        TaskCompletionSource<MqttConnectionChange> lost = new();
        using RawPeer peer = await broker.ConnectAsync(client);
        client.StateChanged += change => lost.TrySetResult(change);
        await peer.SendAsync(Moved(MqttReasonCode.UseAnotherServer, other));
        MqttConnectionChange told = await lost.Task.WaitAsync(Budget.Limit);
        Assert.Equal((MqttReasonCode.UseAnotherServer, $"127.0.0.1:{other.Port}"), (told.ReasonCode, told.ServerReference));
        peer.Dispose();
        (RawPeer again, _) = await broker.AcceptAsync(new ConnackPacket());
        again.Dispose();
        Assert.Equal(0, client.Counters.ServersFollowed);
    }

    [Theory]
    [InlineData(MqttReasonCode.UseAnotherServer)]
    [InlineData(MqttReasonCode.ServerMoved)]
    public async Task Refused_Followed_ComesBackOnlyFromALoan(MqttReasonCode reason)
    {
        using ScriptedBroker broker = new();
        using ScriptedBroker other = new();
        MqttClientOptions options = Clients.Options(broker.Port, "c");
        options.FollowServerReference = true;
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        (RawPeer first, _) = await broker.AcceptAsync(new ConnackPacket { ReasonCode = reason, ServerReference = $"127.0.0.1:{other.Port}" });
        first.Dispose();
        (RawPeer second, _) = await other.AcceptAsync(new ConnackPacket());
        await starting;
        second.Dispose();
        (RawPeer third, _) = await other.AcceptAsync(new ConnackPacket { ReasonCode = MqttReasonCode.ServerBusy });
        third.Dispose();
        (RawPeer fourth, _) = await (reason == MqttReasonCode.ServerMoved ? other : broker).AcceptAsync(new ConnackPacket());
        fourth.Dispose();
        Assert.Equal(1, client.Counters.ServersFollowed);
    }

    private static DisconnectPacket Moved(MqttReasonCode reason, ScriptedBroker other) =>
        new(reason, ServerReference: $"127.0.0.1:{other.Port}");
}
