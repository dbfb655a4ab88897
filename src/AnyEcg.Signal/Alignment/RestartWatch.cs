namespace AnyEcg.Signal;

/// <summary>
/// Tells a device that began to count anew without a new epoch from one that sends old data again, where the counts are too
/// old to compare the samples: old samples were taken before the newest ones, so their device time cannot be later.
/// </summary>
internal sealed class RestartWatch : IStateful
{
    /// <summary>Above the jitter of stamps and small corrections of the device's clock: 5 s.</summary>
    private const long MarginNs = 5_000_000_000;

    private long newestSample, newestNs;
    private bool known;

    public void Reset() => known = false;

    /// <summary>Remembers the stamp of a frame that has something new.</summary>
    public void Note(EcgFrame frame)
    {
        if (frame.DeviceTimeMark != DeviceTimeMark.None && (!known || frame.FirstSample > newestSample))
        {
            (newestSample, newestNs, known) = (frame.FirstSample, frame.DeviceTimeNs, true);
        }
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref newestSample, ref newestNs);
        state.Value(ref known);
    }

    public bool IsRestart(EcgFrame frame) =>
        known && frame.DeviceTimeMark != DeviceTimeMark.None && frame.FirstSample < newestSample
        && (Int128)frame.DeviceTimeNs - newestNs > MarginNs;
}
