namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>What the scripted client of the server tests does again and again.</summary>
internal static class ServerSide
{
    /// <summary>A connected client. The expiry is in seconds; in 3.1.1 a session lasts unless <paramref name="clean"/>.</summary>
    public static async Task<WirePeer> JoinAsync(
        this EmbeddedBroker broker, string id, int level = 5, bool clean = true, long expiry = 0, params WireProperty[] properties)
    {
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(level, id, clean)
        {
            Properties = expiry > 0 ? [new(WireProperties.SessionExpiry, expiry), .. properties] : properties,
        });
        Assert.Equal(0, connack.Reason);
        return peer;
    }

    public static Task<(WirePeer Peer, WireConnack Connack)> GreetAsync(this EmbeddedBroker broker, WireConnect connect) =>
        WirePeer.ConnectAsync(broker.Port, connect);

    /// <summary>Subscribes with these options; returns the code granted.</summary>
    public static async Task<int> SubscribeAsync(this WirePeer peer, string filter, int options, params WireProperty[] properties)
    {
        await peer.SendAsync(new WireSubscribe(11, [new WireFilter(filter, options)]) { Properties = properties });
        WireAnswer answer = await peer.ExpectAsync<WireAnswer>();
        Assert.Equal((WireType.Suback, 11), (answer.Type, answer.Id));
        return Assert.Single(answer.Reasons);
    }

    public static Task<WireAck> AckAsync(this WirePeer peer) => peer.ExpectAsync<WireAck>();

    public static Task SendAckAsync(this WirePeer peer, WireType type, int id, int reason = 0) => peer.SendAsync(new WireAck(type, id, reason));

    /// <summary>Publishes and sees the exchange through; returns the reason of the broker's first answer.</summary>
    public static async Task<int> PublishAsync(this WirePeer peer, WirePublish publish)
    {
        await peer.SendAsync(publish);
        if (publish.Qos == 0)
        {
            await peer.IsQuietAsync();
            return 0;
        }

        WireAck first = await peer.AckAsync();
        Assert.Equal((publish.Qos == 1 ? WireType.Puback : WireType.Pubrec, publish.Id), (first.Type, first.Id));
        if (publish.Qos == 2 && first.Reason < 0x80)
        {
            await peer.SendAckAsync(WireType.Pubrel, publish.Id);
            WireAck last = await peer.AckAsync();
            Assert.Equal((WireType.Pubcomp, publish.Id, 0), (last.Type, last.Id, last.Reason));
        }

        return first.Reason;
    }

    public static Task<int> PublishAsync(this WirePeer peer, string topic, byte payload, int qos = 1, bool retain = false) =>
        peer.PublishAsync(new WirePublish(topic, [payload], qos, qos == 0 ? 0 : 21) { Retain = retain });

    /// <summary>Nothing is on its way to the client: its ping is answered next.</summary>
    public static async Task IsQuietAsync(this WirePeer peer)
    {
        await peer.SendAsync(new WirePing(WireType.Pingreq));
        Assert.Equal(WireType.Pingresp, (await peer.ExpectAsync<WirePing>()).Type);
    }

    /// <summary>The next publish; acknowledged to the end where <paramref name="acknowledge"/>.</summary>
    public static async Task<WirePublish> TakeAsync(this WirePeer peer, bool acknowledge = true)
    {
        WirePublish publish = await peer.ExpectAsync<WirePublish>();
        if (!acknowledge || publish.Qos == 0)
            return publish;
        await peer.SendAckAsync(publish.Qos == 1 ? WireType.Puback : WireType.Pubrec, publish.Id);
        if (publish.Qos == 2)
        {
            Assert.Equal((WireType.Pubrel, publish.Id), ((await peer.AckAsync()) is var release ? (release.Type, release.Id) : default));
            await peer.SendAckAsync(WireType.Pubcomp, publish.Id);
        }

        return publish;
    }

    /// <summary>Sends what ends the connection; returns the reason of the DISCONNECT, null where there was none.</summary>
    public static async Task<int?> EndsAsync(this WirePeer peer, params byte[] bytes)
    {
        await peer.SendAsync(bytes);
        List<WirePacket> last = await peer.ToEndAsync();
        Assert.True(last.Count <= 1, string.Join(", ", last));
        return last.OfType<WireDisconnect>().SingleOrDefault()?.Reason;
    }

    /// <summary>The same on a fresh connection; in 3.1.1 there is no DISCONNECT.</summary>
    public static async Task AssertEndsAsync(int level, int reason, params byte[] bytes)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("bad", level);
        Assert.Equal(level == 5 ? reason : null, await peer.EndsAsync(bytes));
    }

    public static Task AssertEndsAsync(int level, int reason, WirePacket packet) =>
        AssertEndsAsync(level, reason, WireEncoder.Encode(packet, level));
}
