namespace AnyEcg.Recordings;

/// <summary>Where recordings are, by their names.</summary>
public static class RecordingPaths
{
    /// <summary>Extensions whose files are taken for recordings in a folder. CSV is not: what is a table beside recordings is rarely one.</summary>
    private static readonly string[] InFolders = [".edf", ".bdf", ".ecg"];

    private static readonly string[] Known = [".hea", .. InFolders, ".csv", ".tsv", ".txt"];

    /// <summary>
    /// The recordings of a folder: WFDB headers without their extension, other files with it. The segments of a multi-segment
    /// record are not recordings of their own.
    /// </summary>
    public static IEnumerable<string> In(string folder)
    {
        string[] headers = Directory.GetFiles(folder, "*.hea");
        HashSet<string> segments = [.. headers.SelectMany(SegmentsOf)];
        return headers.Select(StemOf).Where(stem => !segments.Contains(Path.GetFileName(stem)))
            .Concat(InFolders.SelectMany(extension => Directory.EnumerateFiles(folder, "*" + extension)));
    }

    /// <summary>The path without the extension of a recording: what its annotation files begin with.</summary>
    public static string StemOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Known.FirstOrDefault(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) is { } found
            ? path[..^found.Length]
            : path;
    }

    /// <summary>The path to open for what a user typed: a header may come with its extension or without; null where there is nothing.</summary>
    public static string? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string stem = path.EndsWith(".hea", StringComparison.OrdinalIgnoreCase) ? path[..^4] : path;
        return File.Exists(stem + ".hea") ? stem : File.Exists(path) ? path : null;
    }

    private static IEnumerable<string> SegmentsOf(string header)
    {
        // The first line tells: NAME/SEGMENTS. A damaged header has its say when it is opened.
        try
        {
            using FileStream stream = File.OpenRead(header);
            return WfdbHeader.Read(stream).Segments.Where(segment => !segment.IsNull).Select(segment => segment.Name);
        }
        catch (RecordingFormatException)
        {
            return [];
        }
    }
}
