using System.Buffers.Binary;
using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Reads the data types of MQTT, section 1.5, and throws <see cref="WireException"/> at whatever they forbid.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public int Two() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public long Four() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public int Variable()
    {
        int value = 0;
        for (int count = 1; count <= 4; count++)
        {
            byte next = Byte();
            value |= (next & 0x7F) << (7 * (count - 1));
            if (next >= 0x80)
                continue;
            return next == 0 && count > 1 ? throw new WireException("a variable integer longer than needed") : value;
        }

        throw new WireException("a variable integer of more than four bytes");
    }

    public byte[] Data() => Take(Two()).ToArray();

    public string Text()
    {
        string text;
        try
        {
            text = Strict.GetString(Take(Two()));
        }
        catch (DecoderFallbackException)
        {
            throw new WireException("text that is not UTF-8");
        }

        return text.Contains('\0', StringComparison.Ordinal) ? throw new WireException("U+0000 in text") : text;
    }

    public byte[] Rest() => Take(rest.Length).ToArray();

    public List<WireProperty> Properties(WireType place, bool fromClient)
    {
        List<WireProperty> properties = [];
        WireReader list = new(Take(Variable()));
        while (!list.AtEnd)
            properties.Add(list.Property());
        WireProperties.Check(properties, place, fromClient);
        return properties;
    }

    /// <summary>Throws unless everything was read.</summary>
    public readonly void End()
    {
        if (!AtEnd)
            throw new WireException($"{rest.Length} bytes too many");
    }

    private WireProperty Property()
    {
        int id = Variable();
        return WireProperties.Known(id) switch
        {
            WireKind.Byte => new WireProperty(id, Byte()),
            WireKind.Two => new WireProperty(id, Two()),
            WireKind.Four => new WireProperty(id, Four()),
            WireKind.Variable => new WireProperty(id, Variable()),
            WireKind.Text => new WireProperty(id, Text: Text()),
            WireKind.Data => new WireProperty(id, Data: Data()),
            _ => Pair(id),
        };
    }

    private WireProperty Pair(int id)
    {
        string name = Text();
        return new WireProperty(id, Text: Text(), Name: name);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (rest.Length < count)
            throw new WireException("cut short");
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
