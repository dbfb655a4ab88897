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

    public void Dispose()
    {
        Writer.Dispose();
        Reader.Dispose();
        Database.Dispose();
    }
}
