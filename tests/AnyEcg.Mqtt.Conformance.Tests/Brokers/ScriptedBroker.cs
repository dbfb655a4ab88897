using System.Collections.Concurrent;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>
/// A server with just enough behaviour for the shared scenarios: sessions, subscriptions, all three QoS, no retained messages and
/// no Wills. It grants all that is asked for, and what it announces in its CONNACK is up to the test.
/// </summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private readonly ScriptedListener listener = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, ScriptedSession> sessions = new();
    private readonly ConcurrentBag<WirePeer> peers = [];
    private readonly IReadOnlyList<WireProperty> announced;
    private readonly Task accepting;

    public ScriptedBroker(params WireProperty[] announced)
    {
        this.announced = announced;
        accepting = AcceptAsync();
    }

    public int Port => listener.Port;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        foreach (WirePeer peer in peers)
            peer.Dispose();
        await accepting;
        foreach (ScriptedSession session in sessions.Values)
            session.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                WirePeer peer = await listener.AcceptAsync(stop.Token);
                peers.Add(peer);
                serving.Add(ServeAsync(peer));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(WirePeer peer)
    {
        try
        {
            if (await peer.ReadAsync() is not WireConnect connect)
                return;
            ScriptedSession session = await WelcomeAsync(peer, connect);
            while (await peer.ReadAsync() is { } packet)
                await OnPacketAsync(peer, session, packet);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or WireException)
        {
            // The client is gone, or sent nonsense, which the tap has on its tape.
        }

        peer.Dispose();
    }

    private async Task<ScriptedSession> WelcomeAsync(WirePeer peer, WireConnect connect)
    {
        string id = connect.ClientId.Length > 0 ? connect.ClientId : $"assigned-{sessions.Count}";
        bool resumed = sessions.TryGetValue(id, out ScriptedSession? session) && !connect.Clean;
        if (!resumed)
            sessions[id] = session = new ScriptedSession();
        WireProperty[] assigned = id == connect.ClientId ? [] : [new(WireProperties.AssignedClientId, Text: id)];
        await peer.SendAsync(new WireConnack(0, resumed) { Properties = [.. announced, .. assigned] });
        await session!.ResumeAsync(peer);
        return session;
    }

    private async Task OnPacketAsync(WirePeer peer, ScriptedSession session, WirePacket packet)
    {
        switch (packet)
        {
            case WirePublish publish:
                if (publish.Qos < 2 || session.Begin(publish.Id))
                    await RouteAsync(session.Expand(publish));
                if (publish.Qos > 0)
                    await peer.SendAsync(new WireAck(publish.Qos == 1 ? WireType.Puback : WireType.Pubrec, publish.Id));
                break;
            case WireAck ack:
                await session.OnAckAsync(peer, ack);
                break;
            case WireSubscribe subscribe:
                session.Subscribe(subscribe);
                await peer.SendAsync(new WireAnswer(WireType.Suback, subscribe.Id, [.. subscribe.Filters.Select(f => f.Options & 3)]));
                break;
            case WireUnsubscribe unsubscribe:
                session.Unsubscribe(unsubscribe);
                int[] codes = peer.Level < 5 ? [] : [.. unsubscribe.Filters.Select(_ => 0)];
                await peer.SendAsync(new WireAnswer(WireType.Unsuback, unsubscribe.Id, codes));
                break;
            case WirePing:
                await peer.SendAsync(new WirePing(WireType.Pingresp));
                break;
            default:
                break;
        }
    }

    private async Task RouteAsync(WirePublish publish)
    {
        foreach (ScriptedSession session in sessions.Values)
            await session.DeliverAsync(publish);
    }
}
