using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>Pieces of a recording by place.</summary>
internal static class RecordBlocks
{
    /// <summary>A row per lead of the samples [first, first + count), in converter steps, NaN where there is none; shorter at the record's end. Moves the position.</summary>
    public static float[][] Read(Recording record, long first, int count)
    {
        int leads = record.Signals.Length;
        record.Seek(Math.Min(first, record.SampleCount));
        int stride = (int)Math.Min(count, record.SampleCount - record.Position);
        float[] block = new float[leads * stride];
        int got = record.Read(block, stride);
        return [.. Enumerable.Range(0, leads).Select(lead => block.AsSpan(lead * stride, got).ToArray())];
    }
}
