using System.Buffers;
using System.Buffers.Binary;

namespace AnyEcg.Protocol;

/// <summary>Writes the few forms of CBOR (RFC 8949) that a frame needs, lengths definite and heads in their shortest form.</summary>
internal readonly struct CborOutput(IBufferWriter<byte> output)
{
    public void Head(CborMajor major, ulong argument)
    {
        byte kind = (byte)((byte)major << 5);
        Span<byte> to = output.GetSpan(9);
        int width = argument < 24 ? 0 : argument <= byte.MaxValue ? 1 : argument <= ushort.MaxValue ? 2 : argument <= uint.MaxValue ? 4 : 8;
        to[0] = (byte)(kind | (width == 0 ? (byte)argument : 24 + System.Numerics.BitOperations.Log2((uint)width)));
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, argument);
        bytes[(8 - width)..].CopyTo(to[1..]);
        output.Advance(1 + width);
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Head(CborMajor.Text, (ulong)utf8.Length);
        output.Write(utf8);
    }

    public void Integer(long value) => Head(value < 0 ? CborMajor.Negative : CborMajor.Unsigned, (ulong)(value < 0 ? -1 - value : value));

    /// <summary>A typed array; whole numbers for the integer tags.</summary>
    public void Numbers(byte tag, ReadOnlySpan<float> samples)
    {
        int width = TypedArray.Width(tag);
        Head(CborMajor.Tag, tag);
        Head(CborMajor.Bytes, (ulong)(samples.Length * width));
        Span<byte> to = output.GetSpan(samples.Length * width);
        for (int i = 0; i < samples.Length; i++)
        {
            Span<byte> at = to[(i * width)..];
            if (tag == TypedArray.Int16Tag)
                BinaryPrimitives.WriteInt16LittleEndian(at, (short)samples[i]);
            else if (tag == TypedArray.Int32Tag)
                BinaryPrimitives.WriteInt32LittleEndian(at, (int)samples[i]);
            else
                BinaryPrimitives.WriteSingleLittleEndian(at, samples[i]);
        }

        output.Advance(samples.Length * width);
    }
}
