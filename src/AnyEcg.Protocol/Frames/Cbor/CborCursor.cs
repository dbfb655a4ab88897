using System.Buffers.Binary;
using System.Text.Unicode;

namespace AnyEcg.Protocol;

/// <summary>Kinds of CBOR data items, RFC 8949 section 3.1: the high three bits of the first byte.</summary>
internal enum CborMajor : byte
{
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Other,
}

/// <summary>The head of one data item: its kind, the low five bits of the first byte and the number that follows.</summary>
internal readonly record struct CborItem(CborMajor Major, byte Info, ulong Argument)
{
    public bool IsIndefinite => Info == CborCursor.Indefinite;
}

/// <summary>
/// Walks CBOR from a stranger: reads heads, never past the end, and believes no length that what is left cannot hold. Arrays and
/// maps of indefinite length are read; strings in pieces are not, nor is what nests deeper than <see cref="MaxDepth"/>.
/// Allocates nothing, throws nothing.
/// </summary>
internal ref struct CborCursor(ReadOnlySpan<byte> message)
{
    public const byte Indefinite = 31;

    /// <summary>Of containers and tags in each other.</summary>
    public const int MaxDepth = 8;

    private const byte Break = 0xFF;

    private readonly ReadOnlySpan<byte> message = message;

    public int At { get; set; }

    public readonly int Remaining => message.Length - At;

    /// <summary>Reads a head; false at the end, for reserved values, and for a length that cannot be true.</summary>
    public bool TryRead(out CborItem item)
    {
        item = default;
        if (Remaining == 0)
            return false;
        byte first = message[At++];
        (CborMajor major, byte info) = ((CborMajor)(first >> 5), (byte)(first & 31));
        if (!TryArgument(info, out ulong argument))
            return false;
        item = new CborItem(major, info, argument);
        return major switch
        {
            CborMajor.Bytes or CborMajor.Text => info != Indefinite && argument <= (ulong)Remaining,
            CborMajor.Array => argument <= (ulong)Remaining,
            CborMajor.Map => argument <= (ulong)Remaining / 2,
            // A break is taken by TryBreak; here it stands where a value should.
            _ => info != Indefinite,
        };
    }

    /// <summary>Takes the end of a container: after its last item, or at the break of an indefinite one.</summary>
    public bool IsEnd(in CborItem container, ulong read)
    {
        if (!container.IsIndefinite)
            return read == container.Argument;
        if (Remaining == 0 || message[At] != Break)
            return false;
        At++;
        return true;
    }

    /// <summary>The content of a string whose head has just been read.</summary>
    public ReadOnlySpan<byte> Content(CborItem item)
    {
        ReadOnlySpan<byte> content = message.Slice(At, (int)item.Argument);
        At += content.Length;
        return content;
    }

    /// <summary>A text string; false for anything else, or bytes that are not UTF-8.</summary>
    public bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryRead(out CborItem item) || item.Major != CborMajor.Text)
            return false;
        text = Content(item);
        return Utf8.IsValid(text);
    }

    /// <summary>An integer that fits 64 bits with sign.</summary>
    public bool TryInteger(out long value)
    {
        value = 0;
        if (!TryRead(out CborItem item) || item.Major > CborMajor.Negative || item.Argument > long.MaxValue)
            return false;
        value = item.Major == CborMajor.Unsigned ? (long)item.Argument : -1 - (long)item.Argument;
        return true;
    }

    /// <summary>A number of any form: integer, half, single or double.</summary>
    public bool TryNumber(out double value)
    {
        value = 0;
        if (!TryRead(out CborItem item))
            return false;
        value = (item.Major, item.Info) switch
        {
            (CborMajor.Unsigned, _) => item.Argument,
            (CborMajor.Negative, _) => -1.0 - item.Argument,
            (CborMajor.Other, 25) => (double)BitConverter.UInt16BitsToHalf((ushort)item.Argument),
            (CborMajor.Other, 26) => BitConverter.UInt32BitsToSingle((uint)item.Argument),
            (CborMajor.Other, 27) => BitConverter.UInt64BitsToDouble(item.Argument),
            _ => double.NaN,
        };
        return item.Major <= CborMajor.Negative || (item.Major == CborMajor.Other && item.Info is >= 25 and <= 27);
    }

    /// <summary>Passes over one whole value, judging its form.</summary>
    public bool TrySkip(int depth = MaxDepth)
    {
        if (!TryRead(out CborItem item))
            return false;
        switch (item.Major)
        {
            case CborMajor.Bytes:
                Content(item);
                return true;
            case CborMajor.Text:
                return Utf8.IsValid(Content(item));
            case CborMajor.Tag:
                return depth > 0 && TrySkip(depth - 1);
            case CborMajor.Array or CborMajor.Map:
                return depth > 0 && TrySkipItems(item, depth - 1);
            default:
                return true;
        }
    }

    private bool TrySkipItems(in CborItem container, int depth)
    {
        for (ulong read = 0; !IsEnd(container, read); read++)
        {
            if (!TrySkip(depth) || (container.Major == CborMajor.Map && !TrySkip(depth)))
                return false;
        }

        return true;
    }

    private bool TryArgument(byte info, out ulong argument)
    {
        argument = 0;
        if (info < 24)
            argument = info;
        if (info is < 24 or Indefinite)
            return true;
        int width = 1 << (info - 24);
        if (info > 27 || Remaining < width)
            return false;
        ReadOnlySpan<byte> bytes = message.Slice(At, width);
        At += width;
        argument = width switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        return true;
    }
}
