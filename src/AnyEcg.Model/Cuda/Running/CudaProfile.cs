namespace AnyEcg.Model;

/// <summary>Milliseconds of the device by kernel and product, summed over passes: an event behind each launch. For benchmarks; one thread.</summary>
internal sealed class CudaProfile(CudaContext context) : IDisposable
{
    private readonly List<CudaEvent> events = [];
    private readonly List<string?> names = [];
    private readonly Dictionary<string, (double Milliseconds, int Count)> sums = new(StringComparer.Ordinal);

    /// <summary>What each kernel and product has taken until the last <see cref="Collect"/>, and how often it ran.</summary>
    public IReadOnlyDictionary<string, (double Milliseconds, int Count)> Sums => sums;

    /// <summary>Begins a pass.</summary>
    public void Begin(CudaStream stream) => Mark(stream, null);

    /// <summary>Notes that what was given since the last mark has this name.</summary>
    public void Mark(CudaStream stream, string? name)
    {
        if (names.Count == events.Count)
        {
            events.Add(new CudaEvent(context, CudaEventUse.Timing));
        }

        stream.Record(events[names.Count]);
        names.Add(name);
    }

    /// <summary>Adds up what was measured; the device must be past all of it.</summary>
    public void Collect()
    {
        for (int i = 1; i < names.Count; i++)
        {
            if (names[i] is { } name)
            {
                (double milliseconds, int count) = sums.GetValueOrDefault(name);
                sums[name] = (milliseconds + events[i].Since(events[i - 1]).TotalMilliseconds, count + 1);
            }
        }

        names.Clear();
    }

    public void Dispose()
    {
        foreach (CudaEvent mark in events)
        {
            mark.Dispose();
        }
    }
}
