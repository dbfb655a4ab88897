namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Questions that several clauses of both versions ask a recording.</summary>
internal static class TapeRules
{
    /// <summary>Clients sent packets of this kind, all in the right format.</summary>
    public static List<T> WellFormed<T>(this Tape tape, Func<T, bool>? where = null)
        where T : WirePacket
    {
        Assert.Empty(tape.Sent<WireFault>());
        List<T> packets = tape.Sent(where);
        Assert.NotEmpty(packets);
        return packets;
    }

    /// <summary>The one CONNECT of a client that is written about.</summary>
    public static WireConnect ConnectOf(this Tape tape, string clientId) =>
        tape.WellFormed<WireConnect>(connect => connect.ClientId == clientId)[0];

    /// <summary>
    /// Every new request or publish above QoS 0 has an id that no other of this client is using: not from its packet to the last
    /// answer to it, over all connections of the session.
    /// </summary>
    public static void IdsAreUnused(this Tape tape, string clientId)
    {
        HashSet<int> used = [];
        int taken = 0;
        foreach (TapeEntry entry in tape.ConnectionsOf(clientId).SelectMany(tape.Of).Where(e => !e.Swallowed || e.FromClient))
        {
            if (TakenId(entry) is { } id)
            {
                Assert.InRange(id, 1, ushort.MaxValue);
                Assert.True(used.Add(id), $"packet id {id} is taken while in use\n{tape}");
                taken++;
            }
            else if (FreedId(entry) is { } free)
            {
                used.Remove(free);
            }
        }

        Assert.True(taken > 1, "the recording has no packet ids");
    }

    /// <summary>The client's answers of one kind are in the order of what they answer; returns how many there were.</summary>
    public static int AnswersInOrder(this Tape tape, int connection, Func<WirePacket, int?> question, WireType answer)
    {
        IEnumerable<TapeEntry> received = tape.Of(connection).Where(e => !e.FromClient && !e.Swallowed);
        List<int> asked = [.. received.Select(e => e.Packet is { } p ? question(p) : null).OfType<int>()];
        List<int> answered = [.. tape.SentOn<WireAck>(connection).Where(a => a.Type == answer).Select(a => a.Id)];
        Assert.Equal(asked.Take(answered.Count), answered);
        return answered.Count;
    }

    /// <summary>The id of a PUBLISH of this QoS; null for all else.</summary>
    public static Func<WirePacket, int?> PublishAt(int qos) => packet => packet is WirePublish publish && publish.Qos == qos ? publish.Id : null;

    public static Func<WirePacket, int?> AckOf(WireType type) => packet => packet is WireAck ack && ack.Type == type ? ack.Id : null;

    private static int? TakenId(TapeEntry entry) => !entry.FromClient ? null : entry.Packet switch
    {
        WirePublish { Qos: > 0, Duplicate: false } publish => publish.Id,
        WireSubscribe subscribe => subscribe.Id,
        WireUnsubscribe unsubscribe => unsubscribe.Id,
        _ => null,
    };

    private static int? FreedId(TapeEntry entry) => entry.FromClient ? null : entry.Packet switch
    {
        WireAck { Type: WireType.Puback or WireType.Pubcomp } ack => ack.Id,
        WireAck { Type: WireType.Pubrec, Reason: >= 0x80 } refused => refused.Id,
        WireAnswer answer => answer.Id,
        _ => null,
    };
}
