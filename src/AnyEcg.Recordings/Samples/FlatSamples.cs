namespace AnyEcg.Recordings;

/// <summary>
/// The samples of one file as one sequence in the order of the file, seen through one window: memory does not grow with the
/// file. Reading may begin anywhere. One thread at a time; owns its stream.
/// </summary>
internal abstract class FlatSamples(int windowSamples) : IDisposable
{
    private int[] window = [];
    private long windowIndex = -1;
    private int windowCount;

    /// <summary>Whole samples in the file.</summary>
    public abstract long Count { get; }

    /// <summary>The code that stands for "no sample"; null where there is none.</summary>
    public abstract int? Missing { get; }

    protected int WindowSamples { get; } = windowSamples;

    /// <summary>Copies samples of one signal from its sample <paramref name="first"/> on; fewer than asked for only at the end of the file.</summary>
    /// <returns>How many.</returns>
    public int Read(FrameSlot slot, long first, Span<int> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            (long index, long within) = Math.DivRem(slot.FlatIndex(first + done), WindowSamples);
            if (index != windowIndex)
            {
                Show(index);
            }

            int got = Copy(slot, first + done, (int)within, destination[done..]);
            if (got == 0)
            {
                break;
            }

            done += got;
        }

        return done;
    }

    public abstract void Dispose();

    /// <summary>Fills a window with the samples from <c>index * WindowSamples</c> on; returns how many, fewer than its length only at the end.</summary>
    protected abstract int Load(long index, Span<int> into);

    private void Show(long index)
    {
        if (window.Length == 0)
        {
            window = new int[WindowSamples];
        }

        windowIndex = -1;
        windowCount = Load(index, window);
        windowIndex = index;
    }

    private int Copy(FrameSlot slot, long sample, int at, Span<int> destination)
    {
        int within = (int)(sample % slot.PerFrame);
        int skip = slot.FrameSize - slot.PerFrame;
        int done = 0;
        while (done < destination.Length && at < windowCount)
        {
            destination[done++] = window[at++];
            if (++within == slot.PerFrame)
            {
                within = 0;
                at += skip;
            }
        }

        return done;
    }
}
