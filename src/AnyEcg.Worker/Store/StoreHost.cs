using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>The worker's database and store thread, where it has one. Made once; any thread.</summary>
internal sealed class StoreHost : IDisposable
{
    /// <summary>Inputs that are no frames may wait beside all frames that the queue takes.</summary>
    private const int Notes = 1 << 16;

    private readonly TimeProvider time;

    /// <exception cref="InvalidDataException">The database cannot be used; says why.</exception>
    public StoreHost(WorkerSettings settings, StoreEvents events, CrashPoint crash)
    {
        StoreSettings store = settings.Store;
        time = settings.Time;
        Bodies = new SnapshotBodies(events);
        if (!store.Enabled)
        {
            return;
        }

        try
        {
            Database = StoreDatabase.Open(new StoreOptions
            {
                Connection = store.ConnectionFile is { } file ? File.ReadAllText(file).Trim() : store.Connection,
                WorkerId = settings.Worker.Id,
                Groups = settings.Ingest.Groups.Contains("+") ? [] : [.. settings.Ingest.Groups],
            });
            Writer = new StoreWriter(Database, Limits(settings, crash), events, settings.Time);
        }
        catch (Exception e) when (e is StoreRefusedException or StoreUnavailableException)
        {
            Database?.Dispose();
            throw new InvalidDataException($"Store: {e.Message}", e);
        }
    }

    /// <summary>A worker that keeps nothing.</summary>
    internal StoreHost(TimeProvider time) => (this.time, Bodies) = (time, new SnapshotBodies(new StoreEvents()));

    /// <summary>Null: nothing is kept.</summary>
    public StoreDatabase? Database { get; }

    public StoreWriter? Writer { get; }

    public SnapshotBodies Bodies { get; }

    public TimeProvider Time => time;

    public long NowNs() => time.NowNs();

    public void Dispose()
    {
        Writer?.Dispose();
        Database?.Dispose();
    }

    private static StoreWriterOptions Limits(WorkerSettings settings, CrashPoint crash) => new()
    {
        CommitDelay = TimeSpan.FromMilliseconds(settings.Store.CommitMs),
        QueuedInputs = settings.Ingest.QueueFrames + Notes,
        QueuedBytes = long.MaxValue,
        CrashPoint = crash.IsSet ? crash.Pass : null,
        Retention = new RetentionOptions
        {
            Journal = TimeSpan.FromHours(settings.Store.JournalHours),
            JournalBytesPerStream = (long)settings.Store.JournalMegabytesPerStream << 20,
            Alerts = TimeSpan.FromDays(settings.Store.AlertDays),
            Actions = TimeSpan.FromDays(settings.Store.ActionDays),
        },
    };
}
