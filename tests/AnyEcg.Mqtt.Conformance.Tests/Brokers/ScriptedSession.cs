namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>What the scripted broker keeps of one client.</summary>
internal sealed class ScriptedSession : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, int> filters = [];
    private readonly Dictionary<long, string> aliases = [];
    private readonly HashSet<int> begun = [];
    private readonly SortedDictionary<int, WirePacket> unacknowledged = [];
    private WirePeer? peer;
    private int lastId;

    /// <summary>A new connection: sends again what was not acknowledged.</summary>
    public async Task ResumeAsync(WirePeer newPeer)
    {
        await gate.WaitAsync(Budget.Token);
        peer = newPeer;
        aliases.Clear();
        foreach (WirePacket packet in unacknowledged.Values)
            await newPeer.SendAsync(packet is WirePublish publish ? publish with { Duplicate = true } : packet);
        gate.Release();
    }

    /// <summary>False: this QoS 2 message was taken before.</summary>
    public bool Begin(int id) => begun.Add(id);

    /// <summary>Puts the topic in place of its alias.</summary>
    public WirePublish Expand(WirePublish publish)
    {
        if (publish.Number(WireProperties.TopicAlias) is not { } alias)
            return publish;
        if (publish.Topic.Length > 0)
            aliases[alias] = publish.Topic;
        return publish with { Topic = aliases[alias] };
    }

    public void Subscribe(WireSubscribe request)
    {
        foreach (WireFilter filter in request.Filters)
            filters[filter.Filter] = filter.Options & 3;
    }

    public void Unsubscribe(WireUnsubscribe request)
    {
        foreach (string filter in request.Filters)
            filters.Remove(filter);
    }

    public async Task OnAckAsync(WirePeer from, WireAck ack)
    {
        if (ack.Type == WireType.Pubrel)
        {
            begun.Remove(ack.Id);
            await from.SendAsync(new WireAck(WireType.Pubcomp, ack.Id));
            return;
        }

        await gate.WaitAsync(Budget.Token);
        unacknowledged.Remove(ack.Id);
        WireAck release = new(WireType.Pubrel, ack.Id);
        if (ack.Type == WireType.Pubrec)
            unacknowledged[ack.Id] = release;
        gate.Release();
        if (ack.Type == WireType.Pubrec)
            await from.SendAsync(release);
    }

    /// <summary>Sends a message that matches, at the highest QoS granted for it.</summary>
    public async Task DeliverAsync(WirePublish publish)
    {
        int[] granted = [.. filters.Where(f => Matches(f.Key.Split('/'), publish.Topic.Split('/'))).Select(f => f.Value)];
        if (granted.Length == 0)
            return;
        await gate.WaitAsync(Budget.Token);
        int qos = Math.Min(publish.Qos, granted.Max());
        WireProperty[] properties = [.. publish.Properties.Where(p => p.Id != WireProperties.TopicAlias)];
        int id = qos > 0 ? ++lastId : 0;
        WirePublish copy = new(publish.Topic, publish.Payload, qos, id) { Properties = properties };
        if (qos > 0)
            unacknowledged[id] = copy;
        try
        {
            await peer!.SendAsync(copy);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Offline: it is sent when the client comes back.
        }

        gate.Release();
    }

    public void Dispose() => gate.Dispose();

    private static bool Matches(string[] filter, string[] topic)
    {
        for (int i = 0; i < filter.Length; i++)
        {
            if (filter[i] == "#")
                return true;
            if (i >= topic.Length || (filter[i] != "+" && filter[i] != topic[i]))
                return false;
        }

        return filter.Length == topic.Length;
    }
}
