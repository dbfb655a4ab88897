using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace AnyEcg.Mqtt;

/// <summary>Reads the data types of MQTT 5.0, section 1.5, from a packet body; anything short or invalid is a malformed packet.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    public readonly bool IsEmpty => rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A byte that may only be 0 or 1.</summary>
    public bool ReadBool() => ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw MqttProtocolException.Protocol("a flag is neither 0 nor 1"),
    };

    public ushort ReadNonZeroUInt16()
    {
        ushort value = ReadUInt16();
        return value != 0 ? value : throw MqttProtocolException.Protocol("zero where the protocol forbids it");
    }

    public uint ReadNonZeroUInt32()
    {
        uint value = ReadUInt32();
        return value != 0 ? value : throw MqttProtocolException.Protocol("zero where the protocol forbids it");
    }

    public ushort ReadPacketId()
    {
        ushort id = ReadUInt16();
        return id != 0 ? id : throw MqttProtocolException.Malformed("packet identifier 0");
    }

    public uint ReadVariableInteger()
    {
        if (VariableInteger.TryRead(rest, out uint value, out int used) != VariableIntegerStatus.Complete)
            throw MqttProtocolException.Malformed("invalid variable byte integer");
        rest = rest[used..];
        return value;
    }

    public ReadOnlySpan<byte> ReadBinary() => Take(ReadUInt16());

    /// <summary>A string's bytes: valid UTF-8 without U+0000.</summary>
    public ReadOnlySpan<byte> ReadUtf8()
    {
        ReadOnlySpan<byte> bytes = ReadBinary();
        return Utf8.IsValid(bytes) && !bytes.Contains((byte)0) ? bytes : throw MqttProtocolException.Malformed("invalid UTF-8");
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadUtf8());

    /// <summary>The property block, its length prefix removed; version 3.1.1 has none, which reads as an empty one.</summary>
    public ReadOnlySpan<byte> ReadPropertyBlock(MqttVersion version) =>
        version == MqttVersion.V5 ? Take((int)ReadVariableInteger()) : [];

    /// <summary>Throws unless everything has been read.</summary>
    public readonly void ExpectEnd()
    {
        if (!rest.IsEmpty)
            throw MqttProtocolException.Malformed("bytes after the end of the packet");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw MqttProtocolException.Malformed("the packet ends early");
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
