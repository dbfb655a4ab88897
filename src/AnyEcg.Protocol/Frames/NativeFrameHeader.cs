using System.Buffers.Binary;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>The 40 bytes before a native frame's samples; docs/protocol.md has the table. All fields little-endian.</summary>
internal readonly record struct NativeFrameHeader(
    FrameCodec Codec, byte Leads, byte Flags, uint Epoch, uint SamplesPerLead, ulong FirstSample, long DeviceTimeNs, uint LeadOff)
{
    public const int Bytes = 40;
    public const byte Version = 1;
    private const int CrcOffset = 36;
    private const byte TimeMarkMask = 0b11;

    private static ReadOnlySpan<byte> Magic => "AECG"u8;

    public DeviceTimeMark TimeMark => (DeviceTimeMark)(Flags & TimeMarkMask);

    /// <summary>Writes the header in front of samples that are already in place, and the CRC over both.</summary>
    public void Write(Span<byte> message)
    {
        Magic.CopyTo(message);
        message[4] = Version;
        message[5] = (byte)Codec;
        message[6] = Leads;
        message[7] = Flags;
        BinaryPrimitives.WriteUInt32LittleEndian(message[8..], Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(message[12..], SamplesPerLead);
        BinaryPrimitives.WriteUInt64LittleEndian(message[16..], FirstSample);
        BinaryPrimitives.WriteInt64LittleEndian(message[24..], DeviceTimeNs);
        BinaryPrimitives.WriteUInt32LittleEndian(message[32..], LeadOff);
        BinaryPrimitives.WriteUInt32LittleEndian(message[CrcOffset..], Checksum(message));
    }

    /// <summary>Reads and judges a header. The CRC is judged before any field it protects is believed.</summary>
    public static FrameRejection TryRead(ReadOnlySpan<byte> message, out NativeFrameHeader header)
    {
        header = default;
        if (message.Length > FrameLimits.MaxPayloadBytes)
            return FrameRejection.TooLarge;
        if (message.Length < Bytes)
            return FrameRejection.BadLength;
        if (!message.StartsWith(Magic))
            return FrameRejection.BadMagic;
        if (message[4] != Version)
            return FrameRejection.BadVersion;
        if (BinaryPrimitives.ReadUInt32LittleEndian(message[CrcOffset..]) != Checksum(message))
            return FrameRejection.BadCrc;

        header = new NativeFrameHeader(
            (FrameCodec)message[5],
            message[6],
            message[7],
            BinaryPrimitives.ReadUInt32LittleEndian(message[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(message[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(message[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(message[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(message[32..]));
        return header.Judge();
    }

    private FrameRejection Judge()
    {
        if (Codec is < FrameCodec.Int16 or > FrameCodec.DeltaVarint)
            return FrameRejection.BadCodec;
        if (Leads is 0 or > LeadSet.MaxLeads)
            return FrameRejection.BadLeadCount;
        if ((Flags & ~TimeMarkMask) != 0 || TimeMark > DeviceTimeMark.LastSample)
            return FrameRejection.BadFlags;
        if (SamplesPerLead == 0)
            return FrameRejection.BadLength;
        if (SamplesPerLead > FrameLimits.MaxSamplesPerLead)
            return FrameRejection.TooLarge;
        if (FirstSample > FrameLimits.MaxFirstSample)
            return FrameRejection.BadPosition;
        return LeadOff >> Leads == 0 ? FrameRejection.None : FrameRejection.BadLeadOff;
    }

    private static uint Checksum(ReadOnlySpan<byte> message)
    {
        uint crc = Crc32C.Append(Crc32C.Seed, message[..CrcOffset]);
        crc = Crc32C.Append(crc, [0, 0, 0, 0]);
        return Crc32C.Finish(Crc32C.Append(crc, message[Bytes..]));
    }
}
