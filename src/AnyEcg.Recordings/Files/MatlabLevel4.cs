using System.Buffers.Binary;
using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>
/// MATLAB level 4 files as PhysioNet writes them: one matrix <c>val</c> of little-endian 16-bit integers, a row per lead, a
/// column per sample, so that the samples lie in the file frame by frame like WFDB format 16. Layout after the MAT-file
/// format description: type, rows, columns, imaginary flag and name length as 32-bit integers, the name, the data.
/// </summary>
internal static class MatlabLevel4
{
    private const int FixedBytes = 20, Int16Type = 30, MaxNameBytes = 64;

    /// <summary>Opens a matrix that has no WFDB header beside it.</summary>
    /// <param name="stream">A level 4 file from its beginning, able to seek; the recording disposes of it.</param>
    /// <param name="recordName">What to call the record.</param>
    /// <param name="sampleRateHz">Samples per second.</param>
    /// <param name="adcGain">ADC units per millivolt.</param>
    /// <param name="baseline">ADC value of 0 mV.</param>
    /// <exception cref="RecordingFormatException">Not such a file, or cut short.</exception>
    public static Recording Open(Stream stream, string recordName, double sampleRateHz, double adcGain, double baseline = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(recordName);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(adcGain);
        (int rows, int columns, int dataOffset) = ReadPreamble(stream, recordName);
        WfdbSignal signal = new()
        {
            FileName = recordName + ".mat",
            FormatCode = 16,
            ByteOffset = dataOffset,
            AdcGain = adcGain,
            IsCalibrated = true,
            Baseline = baseline,
        };
        WfdbHeader header = new()
        {
            RecordName = recordName,
            SampleRateHz = sampleRateHz,
            SampleCount = columns,
            Signals = [.. Enumerable.Repeat(signal, rows)],
        };
        return Recording.Open(header, _ => stream);
    }

    internal static bool IsName(string fileName) => fileName.EndsWith(".mat", StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that a file which a header points into is the matrix that the header means.</summary>
    internal static void Verify(Stream stream, string fileName, int signalCount, long byteOffset)
    {
        stream.Position = 0;
        (int rows, _, int dataOffset) = ReadPreamble(stream, fileName);
        if (rows != signalCount || dataOffset != byteOffset)
        {
            throw new RecordingFormatException(
                $"{fileName} holds {rows} rows from byte {dataOffset} on; its header says {signalCount} from byte {byteOffset} on.");
        }
    }

    private static (int Rows, int Columns, int DataOffset) ReadPreamble(Stream stream, string name)
    {
        byte[] bytes = new byte[FixedBytes + MaxNameBytes];
        Fill(stream, bytes.AsSpan(0, FixedBytes), name);
        int[] words = [.. Enumerable.Range(0, 5).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * i)))];
        if (Encoding.ASCII.GetString(bytes, 0, 6) == "MATLAB")
        {
            throw new RecordingFormatException($"{name} is a MATLAB level 5 file; only level 4 is supported.");
        }

        if (words[0] != Int16Type || words[3] != 0)
        {
            throw new RecordingFormatException($"{name} is no MATLAB level 4 matrix of 16-bit integers (type {words[0]}).");
        }

        if (words[1] is < 1 or > LeadSet.MaxLeads || words[2] < 1 || words[4] is < 1 or > MaxNameBytes)
        {
            throw new RecordingFormatException($"{name} announces a matrix of {words[1]} x {words[2]}, name of {words[4]} bytes: not a recording.");
        }

        Fill(stream, bytes.AsSpan(FixedBytes, words[4]), name);
        return (words[1], words[2], FixedBytes + words[4]);
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new RecordingFormatException($"{name} ends within its MATLAB header.");
        }
    }
}
