using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Packet types of MQTT, section 2.1.2, and the Will's properties as a type of their own.</summary>
internal enum WireType
{
    Will = 0,
    Connect = 1,
    Connack = 2,
    Publish = 3,
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
    Subscribe = 8,
    Suback = 9,
    Unsubscribe = 10,
    Unsuback = 11,
    Pingreq = 12,
    Pingresp = 13,
    Disconnect = 14,
    Auth = 15,
}

/// <summary>One property: a number, a text (with a name, for user properties) or bytes, by its id.</summary>
internal sealed record WireProperty(int Id, long Number = 0, string Text = "", string Name = "", byte[]? Data = null);

/// <summary>One packet as it was on the wire.</summary>
internal abstract record WirePacket(WireType Type)
{
    /// <summary>The low four bits of the first byte.</summary>
    public int Flags { get; init; } = Type is WireType.Pubrel or WireType.Subscribe or WireType.Unsubscribe ? 2 : 0;

    /// <summary>All bytes, fixed header included; 0 where it was not read from a wire.</summary>
    public int Size { get; init; }

    public IReadOnlyList<WireProperty> Properties { get; init; } = [];

    public long? Number(int property) => Properties.FirstOrDefault(p => p.Id == property)?.Number;

    public string? Text(int property) => Properties.FirstOrDefault(p => p.Id == property)?.Text;

    public bool Has(int property) => Properties.Any(p => p.Id == property);
}

internal sealed record WireWill(string Topic, byte[] Payload, int Qos, bool Retain, IReadOnlyList<WireProperty> Properties);

internal sealed record WireConnect(int Level, string ClientId, bool Clean) : WirePacket(WireType.Connect)
{
    public int KeepAlive { get; init; }

    public WireWill? Will { get; init; }

    public string? UserName { get; init; }

    public byte[]? Password { get; init; }

    /// <summary>The flags byte of the variable header.</summary>
    public int ConnectFlags { get; init; }
}

internal sealed record WireConnack(int Reason, bool SessionPresent = false) : WirePacket(WireType.Connack);

internal sealed record WirePublish(string Topic, byte[] Payload, int Qos = 0, int Id = 0) : WirePacket(WireType.Publish)
{
    public bool Duplicate { get; init; }

    public bool Retain { get; init; }

    public string PayloadText => Encoding.UTF8.GetString(Payload);
}

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
internal sealed record WireAck(WireType Kind, int Id, int Reason = 0) : WirePacket(Kind);

internal sealed record WireFilter(string Filter, int Options);

internal sealed record WireSubscribe(int Id, IReadOnlyList<WireFilter> Filters) : WirePacket(WireType.Subscribe);

internal sealed record WireUnsubscribe(int Id, IReadOnlyList<string> Filters) : WirePacket(WireType.Unsubscribe);

/// <summary>SUBACK or UNSUBACK; the latter has no reasons in 3.1.1.</summary>
internal sealed record WireAnswer(WireType Kind, int Id, IReadOnlyList<int> Reasons) : WirePacket(Kind);

internal sealed record WirePing(WireType Kind) : WirePacket(Kind);

internal sealed record WireDisconnect(int Reason = 0) : WirePacket(WireType.Disconnect);

internal sealed record WireAuth(int Reason) : WirePacket(WireType.Auth);

/// <summary>A packet that breaks the format; the tap goes on after it.</summary>
internal sealed record WireFault(WireType Kind, string Fault) : WirePacket(Kind);

/// <summary>A packet breaks the format.</summary>
internal sealed class WireException(string message) : Exception(message);
