namespace AnyEcg.Recordings.Tests;

/// <summary>Records in memory.</summary>
internal static class Records
{
    /// <summary>A record whose files are given in the order in which they are opened.</summary>
    public static Recording Open(string header, params byte[][] files)
    {
        int next = 0;
        return Recording.Open(WfdbHeader.Parse(header), _ => new MemoryStream(files[next++]));
    }

    /// <summary>A record of several files by name; text is a header.</summary>
    public static Recording Open(string header, params (string Name, object Content)[] files) =>
        Recording.Open(WfdbHeader.Parse(header), name => files.FirstOrDefault(file => file.Name == name).Content switch
        {
            string text => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)),
            byte[] bytes => new MemoryStream(bytes),
            _ => throw new FileNotFoundException(name),
        });

    /// <summary>Reads all that is left of the stream's signals in blocks of <paramref name="stride"/>; one array per signal.</summary>
    public static float[][] ReadAll(Recording record, int stride = 7)
    {
        int signals = record.Signals.Length;
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

    /// <summary>All samples of one signal of the file, at its own rate.</summary>
    public static double[] ReadSignal(Recording record, int signal, int block = 1000)
    {
        List<double> all = [];
        double[] part = new double[block];
        while (record.ReadSignal(signal, all.Count, part) is > 0 and int got)
        {
            all.AddRange(part.AsSpan(0, got));
        }

        return [.. all];
    }
}
