namespace AnyEcg.Tool;

/// <summary>
/// One report from several over disjoint records: the folds of a cross-validation, each run with the model that did not see its
/// records. A record (under the same condition) in two of them is refused.
/// </summary>
internal static class ReportMerger
{
    /// <exception cref="FormatException">A file is no report, or a record is in two of them.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static (ReportHeader Header, IReadOnlyList<RecordScore> Records) Read(IReadOnlyList<string> paths)
    {
        List<ReportHeader> headers = [];
        Dictionary<(string Name, string Condition), (string Path, RecordScore Record)> records = [];
        foreach (string path in paths)
        {
            (ReportHeader header, IReadOnlyList<RecordScore> own) = ReadOne(path);
            headers.Add(header);
            foreach (RecordScore record in own)
            {
                (string, string) key = (record.Name, Condition.NameOf(record.SnrDb));
                if (!records.TryAdd(key, (path, record)))
                {
                    throw new FormatException($"Record {record.Name} ({key.Item2}) is in {records[key].Path} and in {path}.");
                }
            }
        }

        if (headers.Select(h => h.ToleranceSeconds).Distinct().Count() > 1)
        {
            throw new FormatException("The reports were made with different tolerances.");
        }

        ReportHeader merged = headers[0] with
        {
            ModelId = string.Join(", ", headers.Select(h => h.ModelId).Distinct()),
            ModelSha256 = string.Join(", ", headers.Select(h => h.ModelSha256).Distinct()),
        };
        return (merged, [.. records.Values.Select(r => r.Record).OrderBy(r => r.Name, StringComparer.Ordinal)]);
    }

    private static (ReportHeader Header, IReadOnlyList<RecordScore> Records) ReadOne(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return EvaluationJson.Read(file);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }
}
