namespace AnyEcg.Recordings.Tests;

/// <summary>Other databases: every recording of a folder against its own header, one line for the folder.</summary>
internal static class OtherRecordings
{
    public static IEnumerable<ReferenceLine> In(string folder)
    {
        long compared = 0;
        int equal = 0, silent = 0, otherFirst = 0;
        List<string> differences = [];
        foreach (string path in RecordingPaths.In(folder).Order(StringComparer.Ordinal))
        {
            string? difference;
            try
            {
                using Recording recording = Recording.Open(path);
                (long samples, difference) = ReferenceCheck.Stated(recording);
                compared += samples;
            }
            catch (Exception fault) when (fault is RecordingFormatException or IOException)
            {
                difference = fault.Message;
            }

            if (difference is null)
            {
                equal++;
            }
            else if (difference.StartsWith("no comparison", StringComparison.Ordinal))
            {
                silent++;
            }
            else if (difference.StartsWith("the first value", StringComparison.Ordinal))
            {
                otherFirst++;
            }
            else
            {
                differences.Add($"{Path.GetFileName(path)}: {difference}");
            }
        }

        string result = $"{equal} recordings equal" + (silent > 0 ? $", {silent} state nothing" : "")
            + (otherFirst > 0 ? $", {otherFirst} state another first value than their file has, and no checksum" : "") + (differences.Count > 0 ? "; " + string.Join("; ", differences.Take(5)) : "");
        yield return new ReferenceLine(Path.GetFileName(folder), "all of the folder", "their headers: first values and checksums", compared, result) { Failed = differences.Count > 0 };
    }
}
