namespace AnyEcg.Store;

/// <summary>
/// How long what is queued waits for others to share its commit, as the load has it. A commit takes about c seconds, most of them for the disk
/// and whatever it holds; with r things a second, a wait of d makes commits of 1 + r d things, which take r c / (1 + r d) of the time. The wait is the shortest
/// that keeps this at <see cref="BusyShare"/>: d = c / BusyShare - 1 / r, and never longer than the setting. So what a few streams send is durable at once, and
/// thousands share their commits. Store thread only.
/// </summary>
internal sealed class CommitPacing
{
    /// <summary>Share of the time that may go by in commits before they are shared.</summary>
    public const double BusyShare = 0.1;

    /// <summary>Seconds over which the rate is taken.</summary>
    private const double RateSeconds = 2;

    /// <summary>Weight of the newest commit in the mean.</summary>
    private const double Newest = 0.1;

    private readonly TimeSpan longest;
    private readonly TimeProvider time;
    private long lastCommit;
    private double commitSeconds;
    private double rate;

    public CommitPacing(TimeSpan longest, TimeProvider time)
    {
        (this.longest, this.time) = (longest, time);
        lastCommit = time.GetTimestamp();
        Delay = longest;
    }

    /// <summary>The setting, until a commit has shown how long one takes.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Learns from a commit that was made.</summary>
    /// <param name="things">Inputs and works in it.</param>
    /// <param name="took">From its beginning to its end.</param>
    public void Committed(int things, TimeSpan took)
    {
        double elapsed = Math.Max(0, time.GetElapsedTime(lastCommit).TotalSeconds), seconds = Math.Max(0, took.TotalSeconds);
        lastCommit = time.GetTimestamp();
        rate = (rate * Math.Exp(-elapsed / RateSeconds)) + (things / RateSeconds);
        commitSeconds += (commitSeconds == 0 ? 1 : Newest) * (seconds - commitSeconds);
        Delay = TimeSpan.FromSeconds(Math.Clamp((commitSeconds / BusyShare) - (1 / rate), 0, longest.TotalSeconds));
    }
}
