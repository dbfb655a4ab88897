using System.Text;

namespace AnyEcg.Recordings;

/// <summary>
/// How a table is laid out: separator, headings, where the data begin, which column is the time. Found from its first lines:
/// data begin with the first line whose fields are all numbers, times or empty; the line before it that has as many fields
/// holds the headings; lines before that, and those that begin with '#', are left alone. Immutable.
/// </summary>
internal sealed record CsvLayout
{
    /// <summary>Lines before the data, and lines looked at to choose among several time columns.</summary>
    private const int ProbeLines = 100;

    private const int MaxColumns = 64;

    public required byte Separator { get; init; }

    public required CsvColumn[] Columns { get; init; }

    /// <summary>Column of the time stamps; -1 where there are none.</summary>
    public required int TimeColumn { get; init; }

    /// <summary>Whether the time stamps are dates with a time; else they are numbers.</summary>
    public required bool TimeIsIso { get; init; }

    public required long DataPosition { get; init; }

    /// <summary>Lines before the data.</summary>
    public required long DataLine { get; init; }

    /// <summary>Whether a file looks like a table: text, and data among its first lines.</summary>
    public static bool IsTable(Stream stream)
    {
        try
        {
            return Find(new CsvLines(stream, ""), "") is not null;
        }
        catch (RecordingFormatException)
        {
            return false;
        }
        finally
        {
            stream.Position = 0;
        }
    }

    /// <exception cref="RecordingFormatException">No data among the first lines, or too many columns.</exception>
    public static CsvLayout Read(Stream stream, string name) =>
        Find(new CsvLines(stream, name), name)
        ?? throw new RecordingFormatException(
            $"{name}: none of the first {ProbeLines} lines holds only numbers and times, with a decimal point, separated by comma, semicolon or tab.");

    private static CsvLayout? Find(CsvLines lines, string name)
    {
        lines.Seek(0, 0);
        string? headings = null;
        for (int i = 0; i < ProbeLines; i++)
        {
            (long position, long number) = (lines.Position, lines.Number);
            if (!lines.TryRead(out ReadOnlySpan<byte> line))
            {
                return null;
            }

            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            if (SeparatorOf(line) is { } separator)
            {
                return Make(lines, name, separator, Split(line, separator), headings, position, number);
            }

            headings = Encoding.UTF8.GetString(line);
        }

        return null;
    }

    private static CsvLayout Make(CsvLines lines, string name, byte separator, string[] first, string? headings, long position, long number)
    {
        if (first.Length > MaxColumns)
        {
            throw new RecordingFormatException($"{name}, line {number + 1} has {first.Length} columns; at most {MaxColumns} are taken.");
        }

        string[] named = headings is null ? [] : Split(Encoding.UTF8.GetBytes(headings), separator);
        CsvColumn[] columns = [.. first.Select((_, i) => named.Length == first.Length ? CsvColumn.Parse(named[i]) : new CsvColumn("", null))];
        int time = TimeColumnOf(lines, separator, columns, first, position, number);
        return new CsvLayout
        {
            Separator = separator,
            Columns = columns,
            TimeColumn = time,
            TimeIsIso = time >= 0 && CsvFields.TryTime(Encoding.UTF8.GetBytes(first[time]), out _),
            DataPosition = position,
            DataLine = number,
        };
    }

    /// <summary>The first column that is a time and changes from each line to the next; others mark packets.</summary>
    private static int TimeColumnOf(CsvLines lines, byte separator, CsvColumn[] columns, string[] first, long position, long number)
    {
        int[] candidates = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].IsTime || CsvFields.TryTime(Encoding.UTF8.GetBytes(first[i]), out _))];
        if (candidates.Length < 2)
        {
            return candidates.Length == 0 ? -1 : candidates[0];
        }

        bool[] repeats = new bool[columns.Length];
        string[]? before = null;
        lines.Seek(position, number);
        for (int i = 0; i < ProbeLines && lines.TryRead(out ReadOnlySpan<byte> line); i++)
        {
            string[] fields = Split(line, separator);
            foreach (int candidate in candidates.Where(c => c < fields.Length && c < before?.Length))
            {
                repeats[candidate] |= fields[candidate] == before![candidate];
            }

            before = fields;
        }

        return candidates.FirstOrDefault(candidate => !repeats[candidate], candidates[0]);
    }

    /// <summary>The separator that makes a line of data of it, the one with most columns; null where none does.</summary>
    private static byte? SeparatorOf(ReadOnlySpan<byte> line)
    {
        byte? best = null;
        int most = 0;
        foreach (byte separator in ",;\t"u8)
        {
            int count = CountData(line, separator);
            if (count > most)
            {
                (best, most) = (separator, count);
            }
        }

        return best;
    }

    /// <summary>Fields of a line of data; 0 where a field is neither number nor time nor missing, and where none is a number.</summary>
    private static int CountData(ReadOnlySpan<byte> line, byte separator)
    {
        int count = 0, numbers = 0;
        bool isLast = false;
        while (!isLast)
        {
            ReadOnlySpan<byte> field = CsvFields.Next(ref line, separator, out isLast);
            bool isNumber = CsvFields.TryNumber(field, out _);
            if (!isNumber && !CsvFields.IsMissing(field) && !CsvFields.TryTime(field, out _))
            {
                return 0;
            }

            numbers += isNumber ? 1 : 0;
            count++;
        }

        return numbers == 0 ? 0 : count;
    }

    private static string[] Split(ReadOnlySpan<byte> line, byte separator)
    {
        List<string> fields = [];
        bool isLast = false;
        while (!isLast)
        {
            fields.Add(Encoding.UTF8.GetString(CsvFields.Next(ref line, separator, out isLast)));
        }

        return [.. fields];
    }
}
