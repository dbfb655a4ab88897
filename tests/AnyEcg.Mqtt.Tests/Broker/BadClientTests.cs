using System.Text;

namespace AnyEcg.Mqtt.Tests;

public sealed class BadClientTests
{
    [Theory]
    [InlineData("30 05 00 02 61 2B 00", MqttReasonCode.TopicNameInvalid)]
    [InlineData("30 80 E1 EB 2F", MqttReasonCode.PacketTooLarge)]
    [InlineData("36 06 00 01 61 00 01 00", MqttReasonCode.MalformedPacket)]
    [InlineData("30 07 00 01 61 03 23 00 41", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("30 07 00 01 61 03 23 00 00", MqttReasonCode.TopicAliasInvalid)]
    [InlineData("30 06 00 00 03 23 00 01", MqttReasonCode.ProtocolError)]
    [InlineData("30 03 00 00 00", MqttReasonCode.ProtocolError)]
    [InlineData("30 06 00 01 61 02 0B 05", MqttReasonCode.ProtocolError)]
    [InlineData("00 00", MqttReasonCode.MalformedPacket)]
    [InlineData("D0 00", MqttReasonCode.ProtocolError)]
    [InlineData("10 0D 00 04 4D 51 54 54 05 02 00 00 00 00 00", MqttReasonCode.ProtocolError)]
    [InlineData("82 09 00 01 02 0B 00 00 01 61 00", MqttReasonCode.ProtocolError)]
    [InlineData("82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 67 2F 61 04", MqttReasonCode.ProtocolError)]
    [InlineData("82 03 00 01 00", MqttReasonCode.ProtocolError)]
    [InlineData("80 07 00 01 00 00 01 61 00", MqttReasonCode.MalformedPacket)]
    [InlineData("60 02 00 01", MqttReasonCode.MalformedPacket)]
    [InlineData("F0 00", MqttReasonCode.ProtocolError)]
    [InlineData("20 03 00 00 00", MqttReasonCode.ProtocolError)]
    [InlineData("E0 07 00 05 11 00 00 00 09", MqttReasonCode.ProtocolError)]
    public async Task Connected_BadPacket_IsToldWhyAndClosed(string hex, MqttReasonCode reason)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "bad" });
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await peer.ExpectDisconnectAsync(reason);
        Assert.Equal(1, broker.Counters.ProtocolErrors);
        await using MqttConnection good = await Clients.ConnectAsync(broker.Port, "good");
        await good.PublishAsync("t", "the broker runs on");
    }

    [Theory]
    [InlineData("10 0C 00 04 4D 51 54 54 03 02 00 00 00 00", MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData("10 0E 00 06 4D 51 49 73 64 70 03 02 00 00 00 00", MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData("10 0D 00 04 4D 51 54 54 06 02 00 00 00 00 00", MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData("10 0C 00 04 4D 51 54 54 04 00 00 00 00 00", MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData("10 0D 00 04 4D 51 54 54 05 03 00 00 00 00 00", MqttReasonCode.MalformedPacket)]
    [InlineData("10 11 00 04 4D 51 54 54 05 02 00 00 04 15 00 01 78 00 00", MqttReasonCode.BadAuthenticationMethod)]
    public async Task Connect_Unacceptable_IsRefusedInTheConnack(string hex, MqttReasonCode reason)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        ConnackPacket connack = ConnackPacket.Parse(await peer.ExpectAsync(PacketType.Connack), MqttVersion.V5);
        Assert.Equal(reason, connack.ReasonCode);
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(0, broker.SessionCount);
    }

    [Fact]
    public async Task Connect_NotMqttAtAll_IsClosed()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await peer.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"));
        Assert.Null(await peer.ReadAsync());
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
    }

    [Fact]
    public async Task Connect_NeverSent_IsClosedAfterTheTimeout()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Port);
        await Budget.UntilAsync(() => broker.Core.Links().Length == 1);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await peer.ReadAsync());
    }

    [Fact]
    public async Task Connect_BeyondTheLimits_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxConnections = 2, MaxSessions = 1 });
        using RawPeer first = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "1" });
        using RawPeer second = await RawPeer.ConnectAsync(broker.Port);
        await second.SendAsync(new ConnectPacket { ClientId = "2" });
        ConnackPacket connack = ConnackPacket.Parse(await second.ExpectAsync(PacketType.Connack), MqttVersion.V5);
        Assert.Equal(MqttReasonCode.QuotaExceeded, connack.ReasonCode);
        await Budget.UntilAsync(() => broker.Core.Links().Length == 1);
        using RawPeer third = await RawPeer.ConnectAsync(broker.Port);
        await Budget.UntilAsync(() => broker.Core.Links().Length == 2);
        using RawPeer fourth = await RawPeer.ConnectAsync(broker.Port);
        Assert.Null(await fourth.ReadAsync());
        Assert.Equal(2, broker.Counters.ConnectionsRefused);
    }

    [Fact]
    public async Task Connected_NeverReadsAnswers_IsClosed()
    {
        EmbeddedBrokerOptions options = new() { OutboundLimitPerClient = 1000, MaxPacketSize = 10_000 };
        await using EmbeddedBroker broker = await Clients.BrokerAsync(options);
        using RawPeer deaf = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "deaf" });
        byte[] pings = [.. Enumerable.Repeat<byte[]>([0xC0, 0x00], 100_000).SelectMany(p => p)];
        try
        {
            while (broker.Counters.ProtocolErrors == 0)
                await deaf.SendAsync(pings);
        }
        catch (IOException)
        {
            // Closed while sending, as expected.
        }

        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        Assert.Equal(1, broker.Counters.ProtocolErrors);
    }

    [Fact]
    public async Task Subscribe_TooManyLevels_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection client = await Clients.ConnectAsync(broker.Port, "c");
        await client.SubscribeAsync(string.Join('/', Enumerable.Repeat("a", 64)));
        string deep = string.Join('/', Enumerable.Repeat("a", 30_000));
        MqttSubscribeException e = await Assert.ThrowsAsync<MqttSubscribeException>(() => client.SubscribeAsync(deep));
        Assert.Equal(MqttReasonCode.TopicFilterInvalid, e.ReasonCode);
        await client.PublishAsync(deep, "x");
    }

    [Fact]
    public async Task Fuzz_RandomPacketsFromClients_BrokerRunsOn()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        Random random = new(17);
        byte[][] seeds = [.. FuzzSeeds.Packets(MqttVersion.V5).Skip(1)];
        for (int i = 0; i < 60; i++)
        {
            MqttVersion version = i % 3 == 0 ? MqttVersion.V311 : MqttVersion.V5;
            using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "fuzz", Version = version });
            byte[] bytes = [.. Enumerable.Range(0, 5).SelectMany(_ => seeds[random.Next(seeds.Length)])];
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            await peer.SendAsync(bytes);
        }

        await using MqttConnection good = await Clients.ConnectAsync(broker.Port, "good");
        await good.PublishAsync("t", "still here");
        await good.StopAsync(keepSession: false, Budget.Token);
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
    }

    [Fact]
    public async Task Dispose_ClientsConnected_TellsThemWhy()
    {
        EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c" });
        Task disposing = broker.DisposeAsync().AsTask();
        await peer.ExpectDisconnectAsync(MqttReasonCode.ServerShuttingDown);
        peer.Dispose();
        await disposing.WaitAsync(Budget.Limit);
        await broker.DisposeAsync();
    }
}
