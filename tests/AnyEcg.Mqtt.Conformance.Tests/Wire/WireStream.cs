namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>One packet cut out of a byte stream, with all its bytes.</summary>
internal sealed record WireFrame(byte[] Bytes, int BodyStart)
{
    public byte Header => Bytes[0];

    public ReadOnlySpan<byte> Body => Bytes.AsSpan(BodyStart);

    /// <summary>The packet, or a <see cref="WireFault"/> that says what is wrong with it.</summary>
    public WirePacket Decode(int level, bool fromClient)
    {
        try
        {
            new WireReader(Bytes.AsSpan(1)).Variable();
            return WireDecoder.Decode(Header, Body, level, fromClient) with { Size = Bytes.Length };
        }
        catch (WireException e)
        {
            return new WireFault((WireType)(Header >> 4), e.Message) { Size = Bytes.Length };
        }
    }
}

/// <summary>Cuts a byte stream into packets.</summary>
internal sealed class WireStream(Stream stream)
{
    /// <summary>The next packet; null at the end of the stream, be it orderly or not.</summary>
    public async Task<WireFrame?> NextAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        int length = 0;
        int count = 1;
        try
        {
            await stream.ReadExactlyAsync(head.AsMemory(0, 1), cancellationToken);
            do
            {
                await stream.ReadExactlyAsync(head.AsMemory(count, 1), cancellationToken);
                length |= (head[count] & 0x7F) << (7 * (count - 1));
            }
            while (head[count++] >= 0x80 && count < 5);
            byte[] bytes = new byte[count + length];
            head.AsSpan(0, count).CopyTo(bytes);
            await stream.ReadExactlyAsync(bytes.AsMemory(count), cancellationToken);
            return new WireFrame(bytes, count);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}
