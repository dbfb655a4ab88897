namespace AnyEcg.Signal;

/// <summary>What the states of a signal path have in common.</summary>
internal static class SignalState
{
    /// <summary>
    /// Sample and second numbers of any rate lie below this, whatever a device counts: their sums and differences are exact,
    /// and no loop over a difference runs away.
    /// </summary>
    public const long LargestPosition = 1L << 56;

    /// <summary>What is counted and never taken back stays below this for some years; beyond it lies damage.</summary>
    public const int LargestCount = 1 << 30;

    /// <summary>A sample or second of an epoch.</summary>
    public static long Position(this StateExchange state, long position) => state.Within(position, 0, LargestPosition);

    /// <summary>How often something has happened.</summary>
    public static int Tally(this StateExchange state, int count) => state.Count(count, LargestCount);

    /// <summary>A mask of some of so many leads.</summary>
    public static uint Leads(this StateExchange state, uint mask, int leads) => state.Within(mask, 0u, (1u << leads) - 1);

    /// <summary>A detection of one of so many leads. Field by field: its layout has padding.</summary>
    public static QrsDetection Detection(this StateExchange state, in QrsDetection found, int leads) =>
        new(state.Within(found.Lead, 0, leads - 1), state.Position(found.Sample), state.Value(found.Strength))
        {
            Quality = state.Value(found.Quality),
        };

    /// <summary>Detections of so many leads, at most <paramref name="max"/>.</summary>
    public static void Detections(this StateExchange state, List<QrsDetection> found, int leads, int max)
    {
        int count = state.Count(found.Count, max);
        if (state.IsRestoring)
        {
            found.Clear();
        }

        for (int i = 0; i < count; i++)
        {
            if (state.IsRestoring)
            {
                found.Add(state.Detection(default, leads));
            }
            else
            {
                state.Detection(found[i], leads);
            }
        }
    }
}
