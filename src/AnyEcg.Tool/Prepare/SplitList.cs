using System.Globalization;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>What a list says of one recording.</summary>
internal sealed record SplitEntry(string Label, string Split)
{
    /// <summary>Several labels, and what is known of the person; null in a list with one label a recording.</summary>
    public RecordLabels? Record { get; init; }
}

/// <summary>
/// A list of recordings as CSV, for sets whose labels are of whole recordings: <c>record,label,split</c>, or
/// <c>record,labels,unknown,anomaly,age,sex,split</c> with several labels between semicolons (training/labels12.py).
/// </summary>
internal static class SplitList
{
    private const string OneLabel = "record,label,split";
    private const string ManyLabels = "record,labels,unknown,anomaly,age,sex,split";

    /// <exception cref="FormatException">The header or a line is not as it should be; the message names the line.</exception>
    public static Dictionary<string, SplitEntry> Read(string path)
    {
        using StreamReader reader = File.OpenText(path);
        string? header = reader.ReadLine()?.Trim();
        if (header is not (OneLabel or ManyLabels))
        {
            throw new FormatException($"{path} begins neither with '{OneLabel}' nor with '{ManyLabels}'.");
        }

        Dictionary<string, SplitEntry> entries = new(StringComparer.Ordinal);
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            string[] fields = line.Trim().Split(',');
            if (Entry(fields, header == ManyLabels) is not { } entry || !entries.TryAdd(fields[0], entry))
            {
                throw new FormatException($"{path}, line {number}: not the fields of '{header}', or a recording named twice.");
            }
        }

        return entries;
    }

    private static SplitEntry? Entry(string[] fields, bool many) => (many, fields.Length) switch
    {
        (false, 3) => new SplitEntry(fields[1], fields[2]),
        (true, 7) when Flag(fields[3], out bool? abnormal) && Age(fields[4], out int? age) => new SplitEntry("", fields[6])
        {
            Record = new RecordLabels
            {
                Labels = Names(fields[1]),
                Unknown = Names(fields[2]),
                Abnormal = abnormal,
                Patient = new Patient(age, SexOf(fields[5])),
            },
        },
        _ => null,
    };

    private static string[] Names(string field) => field.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static bool Flag(string field, out bool? value)
    {
        value = field switch { "0" => false, "1" => true, _ => null };
        return value is not null || field.Length == 0;
    }

    private static bool Age(string field, out int? value)
    {
        value = int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int age) ? age : null;
        return value is not null || field.Length == 0;
    }

    private static Sex SexOf(string field) => field switch
    {
        "m" => Sex.Male,
        "f" => Sex.Female,
        _ => Sex.Unknown,
    };
}
