using AnyEcg.Engine;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Brings the engine to where the last run stood: each stream's latest snapshot, then its inputs after it, read again in the order in
/// which they were received. What the last run decided meets its own keys in the store; what it did not get to is decided now. Before
/// the worker connects to the broker.
/// </summary>
internal sealed partial class Recovery(StoreHost store, StreamEngine engine, StreamDirectory directory, LostStreams lost, TimeProvider time, ILogger<Recovery> logger)
{
    /// <summary>Stands in a skip for a frame that found no slot: its number is in place of the second.</summary>
    public const long NoEpoch = -1;

    /// <summary>
    /// Inputs read ahead of the engine: a second's worth or two. The rest of its queue is for what comes by way of the store meanwhile, which
    /// must find room, and a whole queue of frames would be memory for nothing.
    /// </summary>
    internal const int MostAhead = 16_384;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly List<JournalCursor> cursors = [];
    private long started;

    /// <summary>Streams put back, inputs read again, and how long it took; zero before it is over. Any thread.</summary>
    public RecoveryReport Report { get; private set; } = new(0, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Snapshots; before the engine's first turn.</summary>
    public void Restore()
    {
        if (store.Database is not { } database)
        {
            return;
        }

        started = time.GetTimestamp();
        engine.Replaying = true;
        using StoreReader reader = database.OpenReader();
        foreach (StoredStream stream in reader.Streams())
        {
            if (stream.Descriptor is { } json)
            {
                directory.Restore(stream.Key, json);
            }

            long sequence = Restore(reader, stream.Key);
            RestoreSkips(reader, stream.Key, sequence);
            cursors.Add(new JournalCursor(stream.Key, sequence));
        }
    }

    /// <summary>Inputs; once the engine turns. Returns when all of them have been judged.</summary>
    /// <exception cref="InvalidDataException">An input cannot be read.</exception>
    public async Task ReplayAsync(CancellationToken cancellationToken)
    {
        if (store.Database is not { } database)
        {
            return;
        }

        TimeSpan restored = time.GetElapsedTime(started);
        (long inputs, long frames) = (0, 0);
        using StoreReader reader = database.OpenReader();
        PriorityQueue<JournalCursor, long> next = new();
        foreach (JournalCursor cursor in cursors)
        {
            Queue(next, cursor, reader);
        }

        // In the order of receipt over all streams, as they came, so that slots come free as they did.
        while (next.TryDequeue(out JournalCursor? cursor, out _))
        {
            EngineInput input = InputCodec.Read(cursor.Key, cursor.Take());
            while (engine.InputsWaiting >= MostAhead)
            {
                await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
            }

            await engine.SubmitAsync(input, cancellationToken).ConfigureAwait(false);
            frames += input.Kind == EngineInputKind.Frame ? 1 : 0;
            inputs++;
            Queue(next, cursor, reader);
        }

        while (!engine.Snapshot().Idle)
        {
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }

        engine.Replaying = false;
        Report = Report with { Inputs = inputs, Frames = frames + engine.Snapshot().FramesRestored, Took = time.GetElapsedTime(started) };
        if (cursors.Count > 0)
        {
            LogRecovered(logger, Report.Streams, cursors.Count, restored.TotalSeconds, inputs, Report.Took.TotalSeconds);
        }
    }

    private static void Queue(PriorityQueue<JournalCursor, long> next, JournalCursor cursor, StoreReader reader)
    {
        if (cursor.Peek(reader) is { } entry)
        {
            next.Enqueue(cursor, entry.ReceivedNs);
        }
    }

    /// <summary>The number of the last input that the stream's state includes; 0 without a usable snapshot.</summary>
    private long Restore(StoreReader reader, StreamKey key)
    {
        if (reader.Snapshot(key) is not { } snapshot)
        {
            return 0;
        }

        try
        {
            ReadOnlyMemory<byte> state = SnapshotBody.Read(snapshot.Body);
            if (state.IsEmpty)
            {
                return snapshot.Sequence;
            }

            if (snapshot.Format != SnapshotBody.Format)
            {
                throw new InvalidDataException("it was written by a version with another layout of states");
            }

            engine.Restore(key, state);
            Report = Report with { Streams = Report.Streams + 1 };
        }
        catch (InvalidDataException e)
        {
            Report = Report with { Unusable = Report.Unusable + 1 };
            LogUnusable(logger, e.Message);
            lost.StartAnew(reader, key);
        }

        return snapshot.Sequence;
    }

    private void RestoreSkips(StoreReader reader, StreamKey key, long after)
    {
        IReadOnlyList<StoredSkip> stored = reader.Skips(key, after);
        if (stored.Count == 0)
        {
            return;
        }

        SkipDecisions skips = new();
        foreach (StoredSkip skip in stored)
        {
            for (long one = skip.First; one <= skip.Last; one++)
            {
                if (skip.Epoch == NoEpoch)
                {
                    skips.AddFrame(one);
                }
                else
                {
                    skips.AddSecond((uint)skip.Epoch, one);
                }
            }
        }

        engine.RestoreSkips(key, skips);
    }

    [LoggerMessage(1, LogLevel.Information, "Recovered: {Streams} of {Known} streams from snapshots in {Restored:F1} s, {Inputs} inputs read again, {Seconds:F1} s in all")]
    private static partial void LogRecovered(ILogger logger, int streams, int known, double restored, long inputs, double seconds);

    [LoggerMessage(2, LogLevel.Error, "A stream starts anew, its snapshot cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string reason);
}

/// <summary>What a restart has done.</summary>
/// <param name="Streams">Put back from snapshots.</param>
/// <param name="Unusable">Snapshots that could not be used.</param>
/// <param name="Inputs">Read again.</param>
/// <param name="Frames">Of them frames, and those that waited for earlier ones in a snapshot.</param>
/// <param name="Took">From the first snapshot to the last judgement.</param>
internal sealed record RecoveryReport(int Streams, int Unusable, long Inputs, long Frames, TimeSpan Took);

/// <summary>Where the reading of one stream's journal stands; a page at a time.</summary>
internal sealed class JournalCursor(StreamKey key, long after)
{
    private const int Page = 256;

    private IReadOnlyList<JournalEntry> page = [];
    private long read = after;
    private int at;
    private bool ended;

    public StreamKey Key => key;

    /// <summary>The next entry; null at the end.</summary>
    public JournalEntry? Peek(StoreReader reader)
    {
        if (at == page.Count && !ended)
        {
            page = reader.Journal(key, read, Page);
            at = 0;
            ended = page.Count < Page;
        }

        return at < page.Count ? page[at] : null;
    }

    public JournalEntry Take()
    {
        JournalEntry entry = page[at++];
        read = entry.Sequence;
        return entry;
    }
}
