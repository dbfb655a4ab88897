using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>One recording that is to be prepared.</summary>
internal sealed record PrepareItem(string Path, string Source, SplitEntry? Entry)
{
    /// <summary>The path without the extension of a recording: what its annotation files begin with.</summary>
    public string Stem => RecordingPaths.StemOf(Path);
}

/// <summary>Finds the recordings that were asked for and writes their shards, one after the other, in order of their paths.</summary>
internal static class PrepareJob
{
    /// <summary>The recordings of the request, ascending by path; those that the list of labels does not name or want are left out.</summary>
    /// <exception cref="FileNotFoundException">A path is neither a recording nor a folder of some.</exception>
    /// <exception cref="FormatException">The list of labels is damaged.</exception>
    public static IReadOnlyList<PrepareItem> Plan(PrepareRequest request)
    {
        Dictionary<string, SplitEntry>? labels = request.Labels is null ? null : SplitList.Read(request.Labels);
        List<PrepareItem> items = [];
        foreach (string path in request.Records.SelectMany(Expand).Order(StringComparer.Ordinal).Distinct())
        {
            SplitEntry? entry = labels?.GetValueOrDefault(Path.GetFileName(RecordingPaths.StemOf(path)));
            if (labels is not null && (entry is null || !Wanted(request, entry)))
            {
                continue;
            }

            items.Add(new PrepareItem(path, request.Source ?? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))!), entry));
        }

        return items;
    }

    /// <summary>Prepares all items; a recording that cannot be read is named in the result and does not stop the others.</summary>
    /// <returns>What went wrong, one line a recording.</returns>
    public static IReadOnlyList<string> Run(PrepareRequest request, IReadOnlyList<PrepareItem> items, Action<PrepareItem> done, CancellationToken cancel)
    {
        List<string> failures = [];
        foreach (PrepareItem item in items)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                ShardWriter.Write(ShardBuilder.Build(item, request, cancel), request.Out);
            }
            catch (Exception fault) when (fault is RecordingFormatException or IOException or FormatException)
            {
                failures.Add($"{item.Path}: {fault.Message}");
            }

            done(item);
        }

        return failures;
    }

    private static bool Wanted(PrepareRequest request, SplitEntry entry) =>
        request.Splits.Count == 0 || request.Splits.Contains(entry.Split);

    private static IEnumerable<string> Expand(string path)
    {
        if (Directory.Exists(path))
        {
            return RecordingPaths.In(path);
        }

        return RecordingPaths.Find(path) is { } found ? [found] : throw new FileNotFoundException($"There is no recording {path}, nor {path}.hea.");
    }
}
