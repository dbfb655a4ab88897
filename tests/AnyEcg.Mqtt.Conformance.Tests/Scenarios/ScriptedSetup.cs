namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>A client and the server end of its connection, which the test plays.</summary>
internal sealed class ScriptedSetup : IAsyncDisposable
{
    private readonly ScriptedListener listener = new();

    public required MqttConnection Client { get; init; }

    public required AckingReceiver Receiver { get; init; }

    public WirePeer Peer { get; private set; } = null!;

    public WireConnect Connect { get; private set; } = null!;

    /// <summary>Starts a client whose CONNECT is answered with this.</summary>
    public static async Task<ScriptedSetup> StartAsync(
        WireConnack connack, Action<MqttClientOptions>? change = null, MqttVersion version = MqttVersion.V5)
    {
        AckingReceiver receiver = new();
        ScriptedListener listener = new();
        MqttClientOptions options = Clients.Options(listener.Port, "scripted");
        options.ProtocolVersion = (MqttVersionChoice)version;
        change?.Invoke(options);
        MqttConnection client = Clients.Make(options, receiver);
        receiver.Connection = client;
        ScriptedSetup setup = new(listener) { Client = client, Receiver = receiver };
        Task starting = client.StartAsync(Budget.Token);
        await setup.AcceptAsync(connack);
        if (connack.Reason == 0)
            await starting;
        return setup;
    }

    /// <summary>A client that was accepted and told of these limits.</summary>
    public static Task<ScriptedSetup> StartAsync(params WireProperty[] announced) =>
        StartAsync(new WireConnack(0) { Properties = announced });

    private ScriptedSetup(ScriptedListener listener) => this.listener = listener;

    /// <summary>Takes the client's next connection.</summary>
    public async Task AcceptAsync(WireConnack connack) => (Peer, Connect) = await listener.AcceptAsync(connack);

    /// <summary>The client's next packet is a publish; the test answers it.</summary>
    public async Task<WirePublish> ExpectPublishAsync() => await Peer.SkipToAsync<WirePublish>();

    /// <summary>Drops the connection and takes the next one.</summary>
    public async Task ReconnectAsync(WireConnack connack)
    {
        Peer.Crash();
        await AcceptAsync(connack);
    }

    /// <summary>The client closes, with a DISCONNECT of this reason before it, or without any where null.</summary>
    public async Task ExpectCloseAsync(int? reason)
    {
        List<WirePacket> last = await Peer.ToEndAsync();
        int[] reasons = [.. last.OfType<WireDisconnect>().Select(packet => packet.Reason)];
        Assert.Equal(reason is { } code ? [code] : [], reasons);
        Assert.All(last, packet => Assert.Empty(packet.Properties));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Peer.Dispose();
        listener.Dispose();
    }
}
