using System.Buffers.Binary;
using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>
/// Header of an ISHNE Holter file (Badilini 1998): the magic word, a checksum, 512 bytes of little-endian fields, a block of any
/// length, then the samples. Immutable.
/// </summary>
internal sealed record IshneHeader
{
    private const int FixedEnd = 522, MaxLeads = 12;

    /// <summary>The block of variable length may hold this much; the standard sets no limit.</summary>
    private const int MaxVariableBytes = 1 << 20;

    public required long EcgOffset { get; init; }

    /// <summary>Samples, of one lead or of all: recorders differ.</summary>
    public required long SampleCount { get; init; }

    public required double SampleRateHz { get; init; }

    /// <summary>Per lead: what it is, and nanovolts for a step.</summary>
    public required ImmutableArray<(int Spec, int ResolutionNv)> Leads { get; init; }

    public required DateTime? StartTime { get; init; }

    public required Patient Patient { get; init; }

    /// <summary>False where the checksum was left 0.</summary>
    public required bool IsChecked { get; init; }

    public static bool IsStart(ReadOnlySpan<byte> start) => start.StartsWith("ISHNE1.0"u8);

    /// <exception cref="RecordingFormatException">Cut short, its checksum is wrong, or a field is not what it must be.</exception>
    public static IshneHeader Read(Stream stream, string name)
    {
        byte[] bytes = new byte[FixedEnd];
        Fill(stream, bytes, name);
        int variable = Field(bytes, 10, 4, "size of the variable block", 0, MaxVariableBytes, name);
        int variableOffset = Field(bytes, 18, 4, "offset of the variable block", 0, FixedEnd, name);
        int ecgOffset = Field(bytes, 22, 4, "offset of the ECG", FixedEnd, FixedEnd + MaxVariableBytes, name);
        if ((variable > 0 && variableOffset != FixedEnd) || ecgOffset < FixedEnd + variable)
        {
            throw Fault(name, 22, $"puts the ECG at byte {ecgOffset}, its variable block of {variable} bytes at {variableOffset}");
        }

        if (ecgOffset > stream.Length)
        {
            throw Fault(name, 22, $"puts the ECG at byte {ecgOffset}, behind its end");
        }

        byte[] all = [.. bytes, .. new byte[ecgOffset - FixedEnd]];
        Fill(stream, all.AsSpan(FixedEnd), name);
        int leads = Field(all, 156, 2, "number of leads", 1, MaxLeads, name);
        return new IshneHeader
        {
            IsChecked = Verify(all, variable, name),
            EcgOffset = ecgOffset,
            SampleCount = Field(all, 14, 4, "number of samples", 0, int.MaxValue, name),
            SampleRateHz = Field(all, 272, 2, "sampling rate", 1, short.MaxValue, name),
            Leads = [.. Enumerable.Range(0, leads).Select(i => (Word(all, 158 + (2 * i)), Field(all, 206 + (2 * i), 2, $"resolution of lead {i}", 1, short.MaxValue, name)))],
            StartTime = Start(all),
            Patient = new Patient(Age(all), Word(all, 128) switch { 1 => Sex.Male, 2 => Sex.Female, _ => Sex.Unknown }),
        };
    }

    /// <summary>The checksum is over all that follows it up to the ECG; some recorders leave the variable block out, some write none.</summary>
    private static bool Verify(byte[] all, int variable, string name)
    {
        ushort stated = BinaryPrimitives.ReadUInt16LittleEndian(all.AsSpan(8));
        if (stated == Crc16.Compute(all.AsSpan(10, FixedEnd - 10 + variable)) || stated == Crc16.Compute(all.AsSpan(10, FixedEnd - 10)))
        {
            return true;
        }

        return stated == 0 ? false : throw Fault(name, 8, $"has the checksum {stated:x4}, its bytes another");
    }

    private static int? Age(byte[] all) =>
        Date(all, 132) is { } birth && Date(all, 138) is { } recorded && recorded >= birth && recorded.Year - birth.Year <= 130
            ? recorded.Year - birth.Year - (recorded.DayOfYear < birth.DayOfYear ? 1 : 0)
            : null;

    private static DateTime? Start(byte[] all)
    {
        (int hour, int minute, int second) = (Word(all, 150), Word(all, 152), Word(all, 154));
        return Date(all, 138) is { } date && hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and < 60
            ? date + new TimeSpan(hour, minute, second)
            : null;
    }

    /// <summary>Day, month, year; null where it is no date, such as zeros.</summary>
    private static DateTime? Date(byte[] all, int at)
    {
        (int day, int month, int year) = (Word(all, at), Word(all, at + 2), Word(all, at + 4));
        return year is >= 1800 and <= 9998 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified)
            : null;
    }

    private static int Word(byte[] all, int at) => BinaryPrimitives.ReadInt16LittleEndian(all.AsSpan(at));

    private static int Field(byte[] all, int at, int width, string what, int min, int max, string name)
    {
        int value = width == 2 ? Word(all, at) : BinaryPrimitives.ReadInt32LittleEndian(all.AsSpan(at));
        return value >= min && value <= max ? value : throw Fault(name, at, $"gives {value} as its {what}");
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Fault(name, stream.Position, "is cut short");
        }
    }

    private static RecordingFormatException Fault(string name, long at, string what) =>
        new(FormattableString.Invariant($"{name}, byte {at}: the ISHNE header {what}."));
}
