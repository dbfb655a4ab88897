namespace AnyEcg.Store.Tests;

/// <summary>A database with its writer, running, and a reader beside it.</summary>
internal sealed class RunningStore : IDisposable
{
    public RunningStore(TestPlace place, StoreWriterOptions? options = null, TimeProvider? time = null)
    {
        Database = place.Open();
        Writer = new StoreWriter(Database, options ?? Quick, Events, time ?? TimeProvider.System);
        Writer.Start();
        Reader = Database.OpenReader();
    }

    /// <summary>Retention that keeps what tests date to 1970.</summary>
    public static RetentionOptions KeepAll { get; } = new()
    {
        Journal = TimeSpan.FromDays(40_000),
        Alerts = TimeSpan.FromDays(40_000),
        Actions = TimeSpan.FromDays(40_000),
    };

    public static StoreWriterOptions Quick { get; } = new() { CommitDelay = TimeSpan.FromMilliseconds(1), Retention = KeepAll };

    public StoreDatabase Database { get; }

    public StoreWriter Writer { get; }

    public StoreReader Reader { get; }

    public RecordingEvents Events { get; } = new();

    /// <summary>Appends and waits until all is durable.</summary>
    public void Append(params JournalInput[] inputs)
    {
        int before = Events.Inputs.Count;
        foreach (JournalInput input in inputs)
            Assert.True(Writer.TryAppend(input));
        Events.AwaitInputs(before + inputs.Length);
    }

    /// <summary>Posts, waits until all is durable, and returns what became of them.</summary>
    public IReadOnlyList<CommittedWork> Post(params StoreWork[] work)
    {
        int before = Events.Work.Count;
        foreach (StoreWork item in work)
            Assert.True(Writer.Post(item));
        Events.AwaitWork(before + work.Length);
        return [.. Events.Work.Skip(before)];
    }

    /// <summary>Waits until the writer's condition is this.</summary>
    public void AwaitHealth(StoreCondition condition) => Poll(() => Writer.Health.Condition == condition);

    /// <summary>Waits until all is durable, or the writer says that it fails.</summary>
    public void AwaitQuiet() => Poll(() => Writer.Health.Condition != StoreCondition.Ok || Writer.Statistics.InputsWaiting == 0);

    public void Dispose()
    {
        Writer.Dispose();
        Reader.Dispose();
        Database.Dispose();
    }

    private static void Poll(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "The store did not get there in time.");
}
