using System.Globalization;
using System.Text;

namespace AnyEcg.Recordings.Tests;

/// <summary>Writes EDF, EDF+ and BDF files for tests, from the description of the format, apart from the reader's code.</summary>
internal sealed class EdfFile
{
    private readonly List<byte[]> records = [];

    public sealed record Signal(string Label, int PerRecord, string Units = "uV", string PhysicalMin = "-3276.8", string PhysicalMax = "3276.7", int DigitalMin = -32768, int DigitalMax = 32767);

    public required Signal[] Signals { get; init; }

    public string Reserved { get; init; } = "";

    public string RecordSeconds { get; init; } = "1";

    public string Start { get; init; } = "02.01.2012.30.45";

    public string Patient { get; init; } = "X F 01-JAN-1950 X";

    public int? RecordCount { get; init; }

    public bool Is24Bit { get; init; }

    /// <summary>Bytes of an annotation signal in a record; 0 leaves it out.</summary>
    public int AnnotationBytes { get; init; }

    /// <summary>One data record: its time-stamped lists, then the samples of each signal.</summary>
    public EdfFile Add(string lists, params int[][] samples)
    {
        List<byte> record = [.. samples.SelectMany(signal => signal.SelectMany(Sample))];
        if (AnnotationBytes > 0)
        {
            byte[] text = new byte[AnnotationBytes];
            Encoding.UTF8.GetBytes(lists, text);
            record.AddRange(text);
        }

        records.Add([.. record]);
        return this;
    }

    public byte[] Write()
    {
        Signal[] all = AnnotationBytes > 0
            ? [.. Signals, new Signal(Is24Bit ? "BDF Annotations" : "EDF Annotations", AnnotationBytes / (Is24Bit ? 3 : 2), "", "-1", "1")]
            : Signals;
        StringBuilder text = new();
        text.Append(Is24Bit ? "\xff" + "BIOSEMI" : "0       ").Append(Patient.PadRight(80)).Append("Startdate X X X X".PadRight(80));
        text.Append(Start[..8]).Append(Start[8..16]).Append(Number(256 * (all.Length + 1), 8)).Append(Reserved.PadRight(44));
        text.Append(Number(RecordCount ?? records.Count, 8)).Append(RecordSeconds.PadRight(8)).Append(Number(all.Length, 4));
        foreach ((int width, Func<Signal, string> field) in Fields())
        {
            foreach (Signal signal in all)
            {
                text.Append(field(signal).PadRight(width));
            }
        }

        return [.. Encoding.Latin1.GetBytes(text.ToString()), .. records.SelectMany(record => record)];
    }

    public Recording Open() => new(new EdfReader(new MemoryStream(Write()), "test.edf"));

    private static IEnumerable<(int Width, Func<Signal, string> Field)> Fields() =>
    [
        (16, signal => signal.Label), (80, _ => ""), (8, signal => signal.Units), (8, signal => signal.PhysicalMin), (8, signal => signal.PhysicalMax),
        (8, signal => Number(signal.DigitalMin, 8)), (8, signal => Number(signal.DigitalMax, 8)), (80, _ => ""), (8, signal => Number(signal.PerRecord, 8)), (32, _ => ""),
    ];

    private static string Number(int value, int width) => value.ToString(CultureInfo.InvariantCulture).PadRight(width);

    private IEnumerable<byte> Sample(int value) =>
        Is24Bit ? [(byte)value, (byte)(value >> 8), (byte)(value >> 16)] : [(byte)value, (byte)(value >> 8)];
}
