namespace AnyEcg.Signal;

/// <summary>
/// The last 1.7 s of one lead for the description of beats: millivolts at 300 Hz, and the QRS feature of each sample.
/// Absent seconds read as 0 mV. Constant memory. Engine thread only.
/// </summary>
internal sealed class BeatSignal : IStateful
{
    private const int Length = 512, Mask = Length - 1;

    private readonly float[] samples = new float[Length];
    private readonly float[] heights = new float[Length];
    private bool present;

    /// <summary>Sample after the newest.</summary>
    public long End { get; private set; }

    /// <summary>First sample of the run of seconds that now lasts.</summary>
    public long Since { get; private set; } = long.MaxValue;

    /// <summary>Millivolts of remembered samples, from <paramref name="first"/> on; what has not come yet holds the newest value.</summary>
    public void CopyTo(long first, Span<float> to)
    {
        int known = (int)Math.Clamp(End - first, 0, to.Length), at = (int)(first & Mask), straight = Math.Min(known, Length - at);
        samples.AsSpan(at, straight).CopyTo(to);
        samples.AsSpan(0, known - straight).CopyTo(to[straight..]);
        to[known..].Fill(samples[(End - 1) & Mask]);
    }

    /// <summary>Takes the second that starts at <paramref name="start"/>, its samples and their QRS features; both empty where the lead is absent.</summary>
    public void Take(ReadOnlySpan<float> millivolts, ReadOnlySpan<float> features, long start)
    {
        if (millivolts.IsEmpty)
            Since = long.MaxValue;
        else if (!present)
            Since = start;
        present = !millivolts.IsEmpty;
        Put(millivolts, samples, start);
        Put(features, heights, start);
        End = start + PatchSecond.PatchSamples;
    }

    public void Exchange(StateExchange state)
    {
        state.Values(samples.AsSpan());
        state.Values(heights.AsSpan());
        state.Value(ref present);
        (End, Since) = (state.Position(End), state.Within(Since, 0, long.MaxValue));
    }

    private static void Put(ReadOnlySpan<float> second, float[] ring, long start)
    {
        int at = (int)(start & Mask), straight = Math.Min(PatchSecond.PatchSamples, Length - at);
        if (second.IsEmpty)
        {
            ring.AsSpan(at, straight).Clear();
            ring.AsSpan(0, PatchSecond.PatchSamples - straight).Clear();
            return;
        }

        second[..straight].CopyTo(ring.AsSpan(at));
        second[straight..].CopyTo(ring);
    }

    public void Forget()
    {
        Array.Clear(samples);
        Array.Clear(heights);
        (present, Since) = (false, long.MaxValue);
    }

    /// <summary>Largest QRS feature over a closed range of samples, millivolts.</summary>
    public float Highest(long from, long to)
    {
        float highest = 0;
        for (long i = from; i <= Math.Min(to, End - 1); i++)
            highest = Math.Max(highest, heights[i & Mask]);
        return highest;
    }
}
