namespace AnyEcg.Tool;

/// <summary>What a list says of one recording.</summary>
internal sealed record SplitEntry(string Label, string Split);

/// <summary>A list of recordings as CSV with the header <c>record,label,split</c>, for sets whose labels are of whole recordings.</summary>
internal static class SplitList
{
    /// <exception cref="FormatException">The header or a line is not as it should be; the message names the line.</exception>
    public static Dictionary<string, SplitEntry> Read(string path)
    {
        using StreamReader reader = File.OpenText(path);
        if (reader.ReadLine()?.Trim() != "record,label,split")
        {
            throw new FormatException($"{path} does not begin with 'record,label,split'.");
        }

        Dictionary<string, SplitEntry> entries = new(StringComparer.Ordinal);
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            string[] fields = line.Trim().Split(',');
            if (fields.Length != 3 || !entries.TryAdd(fields[0], new SplitEntry(fields[1], fields[2])))
            {
                throw new FormatException($"{path}, line {number}: not three fields, or a recording named twice.");
            }
        }

        return entries;
    }
}
