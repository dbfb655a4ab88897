namespace AnyEcg.Model;

/// <summary>What one kernel or product took.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Launches">How often it ran.</param>
/// <param name="Total">Time of the device, all launches; each includes a microsecond or so between two marks.</param>
internal sealed record LaunchTime(string Name, int Launches, TimeSpan Total);

/// <summary>Marks before and after every launch on a stream (<see cref="CudaStream.Profile"/>), for benchmarks. Marks are made once and used again.</summary>
internal sealed class LaunchProfile(CudaContext context) : IDisposable
{
    private readonly List<(CudaEvent Before, CudaEvent After)> marks = [];
    private readonly List<string> names = [];

    /// <summary>Before a launch.</summary>
    public void Begin(CudaStream stream)
    {
        if (names.Count == marks.Count)
            marks.Add((new CudaEvent(context, CudaEventUse.Timing), new CudaEvent(context, CudaEventUse.Timing)));
        stream.Record(marks[names.Count].Before);
    }

    /// <summary>After it.</summary>
    public void End(CudaStream stream, string name)
    {
        stream.Record(marks[names.Count].After);
        names.Add(name);
    }

    /// <summary>Waits for the last launch, adds up by name, longest first, and starts anew.</summary>
    public IReadOnlyList<LaunchTime> Collect()
    {
        if (names.Count == 0)
            return [];
        marks[names.Count - 1].After.Synchronize();
        LaunchTime[] times =
        [
            .. names.Select((name, i) => (name, Time: marks[i].After.Since(marks[i].Before)))
                .GroupBy(launch => launch.name, launch => launch.Time)
                .Select(launches => new LaunchTime(launches.Key, launches.Count(), TimeSpan.FromTicks(launches.Sum(time => time.Ticks))))
                .OrderByDescending(launch => launch.Total),
        ];
        names.Clear();
        return times;
    }

    public void Dispose()
    {
        foreach ((CudaEvent before, CudaEvent after) in marks)
        {
            before.Dispose();
            after.Dispose();
        }

        marks.Clear();
        names.Clear();
    }
}
