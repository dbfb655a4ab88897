using System.Data.Common;
using System.Threading.Channels;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Reads the store for those who ask, off the threads that take and judge: a short queue and two readers with a connection each. What finds
/// the queue full is refused at once. Any thread.
/// </summary>
internal sealed partial class StoreReads : IAsyncDisposable
{
    private const int Readers = 2, Queued = 32;

    private readonly StoreHost store;
    private readonly ILogger<StoreReads> logger;
    private readonly Channel<Job> jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(Queued) { FullMode = BoundedChannelFullMode.Wait });
    private readonly Task[] readers;

    public StoreReads(StoreHost store, ILogger<StoreReads> logger)
    {
        (this.store, this.logger) = (store, logger);
        readers = store.Database is null ? [] : [.. Enumerable.Range(0, Readers).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>A strip or the open alerts of a stream; <paramref name="answer"/> is called once, on any thread.</summary>
    public void Take(StreamKey key, CommandRequest request, Action<CommandAnswer> answer) => Take(
        reader => answer(Read(reader, key, request)),
        refusal => answer(CommandDesk.Refused(key, request.Kind, refusal)));

    /// <summary>The same of anything else.</summary>
    public async Task<(T? Value, CommandRefusal Refusal)> ReadAsync<T>(Func<StoreReader, T> read)
        where T : class?
    {
        TaskCompletionSource<(T?, CommandRefusal)> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Take(reader => done.TrySetResult((read(reader), CommandRefusal.None)), refusal => done.TrySetResult((null, refusal)));
        return await done.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await Task.WhenAll(readers).ConfigureAwait(false);
    }

    private void Take(Action<StoreReader> read, Action<CommandRefusal> refuse)
    {
        if (store.Database is null)
        {
            refuse(CommandRefusal.NoStore);
        }
        else if (!jobs.Writer.TryWrite(new Job(read, refuse)))
        {
            refuse(CommandRefusal.Busy);
        }
    }

    private static CommandAnswer Read(StoreReader reader, StreamKey key, CommandRequest request)
    {
        if (request.Kind == CommandKind.Strip)
        {
            return StripReads.Answer(reader, key, request);
        }

        return reader.Stream(key) is null
            ? CommandDesk.Refused(key, request.Kind, CommandRefusal.UnknownStream)
            : new CommandAnswer
            {
                Outcome = CommandOutcome.Done,
                Key = key,
                Command = request.Kind,
                Alerts = [.. reader.OpenAlerts(key).Select(alert => (ReadOnlyMemory<byte>)alert.Body)],
            };
    }

    private async Task RunAsync()
    {
        StoreReader? reader = null;
        try
        {
            await foreach (Job job in jobs.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                try
                {
                    reader ??= store.Database!.OpenReader();
                    job.Read(reader);
                }
                catch (Exception e) when (e is DbException or StoreUnavailableException or InvalidDataException)
                {
                    // A connection that failed once is not used again.
                    reader?.Dispose();
                    reader = null;
                    LogFailed(logger, e.GetType().Name);
                    job.Refuse(CommandRefusal.StoreUnavailable);
                }
            }
        }
        finally
        {
            reader?.Dispose();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The store could not be read: {Failure}")]
    private static partial void LogFailed(ILogger logger, string failure);

    private sealed record Job(Action<StoreReader> Read, Action<CommandRefusal> Refuse);
}
