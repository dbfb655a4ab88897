namespace AnyEcg.Recordings.Tests;

/// <summary>Records in memory.</summary>
internal static class Records
{
    public static WfdbRecord Open(string header, params byte[][] files)
    {
        int next = 0;
        return WfdbRecord.Open(WfdbHeader.Parse(header), _ => new MemoryStream(files[next++]));
    }

    /// <summary>Reads all that is left in blocks of <paramref name="stride"/>; one array per signal.</summary>
    public static float[][] ReadAll(WfdbRecord record, int stride = 7)
    {
        int signals = record.Header.Signals.Length;
        List<float>[] rows = [.. Enumerable.Range(0, signals).Select(_ => new List<float>())];
        float[] block = new float[signals * stride];
        int read;
        while ((read = record.Read(block, stride)) > 0)
        {
            for (int s = 0; s < signals; s++)
            {
                rows[s].AddRange(block.AsSpan(s * stride, read));
            }
        }

        return [.. rows.Select(row => row.ToArray())];
    }
}
