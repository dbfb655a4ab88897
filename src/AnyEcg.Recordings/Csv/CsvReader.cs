using System.Collections.Immutable;
using System.Text;

namespace AnyEcg.Recordings;

/// <summary>
/// A table of samples, a row for each, as wearables export it. The file is read through once when it is opened, to find rate and
/// gaps; after that, a window of rows is in memory, and where every 2,048th row begins. Values are microvolts. Owns its stream.
/// </summary>
internal sealed class CsvReader : SignalReader
{
    private const int WindowRows = 2048;

    private readonly CsvLines lines;
    private readonly CsvLayout layout;
    private readonly Stream stream;
    private readonly string name;
    private readonly List<(long Position, long Number)> marks = [];
    private readonly int[] columns;
    private readonly double[] factors;
    private readonly CsvTimeline? timeline;
    private readonly double[] row;
    private readonly double[] window;
    private long windowFirst = -1;
    private int windowCount;
    private long rowCount;
    private double firstStamp;

    /// <exception cref="RecordingFormatException">A line is no row of the table, the rate or a unit is not known.</exception>
    public CsvReader(Stream stream, string name, RecordingOptions options)
    {
        this.stream = stream;
        this.name = name;
        layout = CsvLayout.Read(stream, name);
        lines = new CsvLines(stream, name);
        columns = [.. Enumerable.Range(0, layout.Columns.Length).Where(i => i != layout.TimeColumn && !layout.Columns[i].IsTime)];
        row = new double[layout.Columns.Length];
        string?[] units = [.. columns.Select(column => UnitOf(layout.Columns[column], options))];
        factors = [.. units.Select(unit => unit switch { "V" => 1e6, "mV" => 1e3, "nV" => 1e-3, _ => 1.0 })];
        timeline = layout.TimeColumn < 0 ? null : new CsvTimeline(layout.TimeIsIso ? 1 : layout.Columns[layout.TimeColumn].SecondsPerUnit, options.SampleRateHz);
        Scan();
        double rate = timeline?.SampleRateHz ?? options.SampleRateHz
            ?? throw new RecordingFormatException($"{name} has no time stamps: its sample rate must be given.");
        Signals = [.. columns.Select((column, i) => ToRecorded(layout.Columns[column], units[i], rate))];
        window = new double[WindowRows * columns.Length];
        Info = new RecordingInfo { Name = Path.GetFileNameWithoutExtension(name), Kind = "CSV", StartTime = StartTime() };
    }

    public override RecordingInfo Info { get; }

    public override ImmutableArray<RecordedSignal> Signals { get; }

    public override long CountOf(int signal) => timeline?.SampleCount ?? rowCount;

    public override int Read(int signal, long first, Span<double> destination)
    {
        int wanted = (int)Math.Min(destination.Length, Math.Max(0, CountOf(signal) - first));
        int done = 0;
        while (done < wanted)
        {
            (long at, long length) = timeline?.RowAt(first + done) ?? (first + done, rowCount - first - done);
            int part = (int)Math.Min(length, wanted - done);
            if (at < 0)
            {
                destination.Slice(done, part).Fill(double.NaN);
            }
            else
            {
                ReadRows(signal, at, destination.Slice(done, part));
            }

            done += part;
        }

        return wanted;
    }

    public override void Dispose() => stream.Dispose();

    private void ReadRows(int signal, long first, Span<double> destination)
    {
        for (int done = 0; done < destination.Length;)
        {
            if (first + done < windowFirst || first + done >= windowFirst + windowCount || windowFirst < 0)
            {
                Load((first + done) / WindowRows);
            }

            int within = (int)(first + done - windowFirst);
            int part = Math.Min(windowCount - within, destination.Length - done);
            for (int i = 0; i < part; i++)
            {
                destination[done + i] = window[((within + i) * columns.Length) + signal] * factors[signal];
            }

            done += part;
        }
    }

    private void Load(long index)
    {
        windowFirst = -1;
        lines.Seek(marks[(int)index].Position, marks[(int)index].Number);
        int count = 0;
        while (count < WindowRows && TryReadRow())
        {
            for (int i = 0; i < columns.Length; i++)
            {
                window[(count * columns.Length) + i] = row[columns[i]];
            }

            count++;
        }

        windowCount = count > 0 ? count : throw Fault("is missing: the file became shorter while it was read");
        windowFirst = index * WindowRows;
    }

    /// <summary>The first pass: every row is checked, its time stamp placed.</summary>
    private void Scan()
    {
        lines.Seek(layout.DataPosition, layout.DataLine);
        marks.Add((lines.Position, lines.Number));
        while (TryReadRow())
        {
            if (timeline is not null)
            {
                Place(row[layout.TimeColumn]);
            }

            rowCount++;
            if (rowCount % WindowRows == 0)
            {
                marks.Add((lines.Position, lines.Number));
            }
        }

        if (timeline?.Finish() is { } problem)
        {
            throw Fault($"is the last one: {problem}");
        }
    }

    /// <summary>Stamps are counted from the first one, so that none loses digits.</summary>
    private void Place(double stamp)
    {
        firstStamp = rowCount == 0 ? stamp : firstStamp;
        if (double.IsNaN(stamp))
        {
            throw Fault("has no time stamp");
        }

        if (timeline!.Add(stamp - firstStamp) is { } fault)
        {
            throw Fault($"cannot be placed: {fault}");
        }
    }

    /// <summary>Reads the next line that is not empty into <see cref="row"/>; false at the end of the file.</summary>
    private bool TryReadRow()
    {
        ReadOnlySpan<byte> line;
        do
        {
            if (!lines.TryRead(out line))
            {
                return false;
            }
        }
        while (line.Trim(" \t"u8).IsEmpty || line[0] == '#');
        bool isLast = false;
        for (int i = 0; i < row.Length; i++)
        {
            if (isLast)
            {
                throw Fault($"has {i} fields, the first one {row.Length}");
            }

            row[i] = Value(CsvFields.Next(ref line, layout.Separator, out isLast), i);
        }

        return isLast ? true : throw Fault($"has more than {row.Length} fields");
    }

    private double Value(ReadOnlySpan<byte> field, int column)
    {
        if (CsvFields.TryNumber(field, out double value))
        {
            return value;
        }

        if (column == layout.TimeColumn || layout.Columns[column].IsTime)
        {
            return CsvFields.TryTime(field, out double seconds) ? seconds : CsvFields.IsMissing(field) ? double.NaN : throw Fault($"has '{Short(field)}' for a time");
        }

        return CsvFields.IsMissing(field) ? double.NaN : throw Fault($"has '{Short(field)}' in column {column + 1}, which is no number");
    }

    /// <summary>Only stamps with a date say when the recording began; those of an epoch could be any device's clock.</summary>
    private DateTime? StartTime() => layout.TimeIsIso && firstStamp is > -6e10 and < 2e11
        ? DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(firstStamp), DateTimeKind.Unspecified)
        : null;

    private static string? UnitOf(CsvColumn column, RecordingOptions options) => column.Unit is null
        ? CsvColumn.Voltage(options.Units) ?? options.Units
        : CsvColumn.Voltage(column.Unit) ?? column.Unit;

    private static RecordedSignal ToRecorded(CsvColumn column, string? unit, double rate) => new()
    {
        Name = column.Name,
        Units = CsvColumn.Voltage(unit) is null ? unit ?? "no unit" : "uV",
        SampleRateHz = rate,
        AdcGain = 1,
        Baseline = 0,
    };

    private RecordingFormatException Fault(string what) => new($"{name}, line {lines.Number} {what}.");

    private static string Short(ReadOnlySpan<byte> field) => Encoding.Latin1.GetString(field[..Math.Min(40, field.Length)]);
}
