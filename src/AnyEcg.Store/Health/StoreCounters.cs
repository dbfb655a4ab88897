using System.Collections.Immutable;

namespace AnyEcg.Store;

/// <summary>Counts of the store thread since its start; the sums only grow. Immutable.</summary>
public sealed record StoreStatistics
{
    public required long InputsAppended { get; init; }

    public required long InputBytes { get; init; }

    /// <summary>Inputs that found the queue full.</summary>
    public required long InputsRefused { get; init; }

    public required long WorkStored { get; init; }

    public required long Commits { get; init; }

    public required long Snapshots { get; init; }

    public required long SnapshotBytes { get; init; }

    public required long Transitions { get; init; }

    /// <summary>Transitions that were there already: a replay met its own results.</summary>
    public required long TransitionsAlreadyThere { get; init; }

    /// <summary>Transitions that came again with another body. Above zero means that a replay was not exact.</summary>
    public required long Divergences { get; init; }

    public required long RowsTrimmed { get; init; }

    /// <summary>Inputs that wait to become durable now, those of a running commit too.</summary>
    public required int InputsWaiting { get; init; }

    /// <summary>Works that wait now.</summary>
    public required int WorkWaiting { get; init; }

    /// <summary>From the beginning of a transaction to its durability.</summary>
    public required StoreDurations CommitSeconds { get; init; }

    public required ImmutableSortedDictionary<StoreFailure, long> Failures { get; init; }
}

/// <summary>A histogram as it stood. Immutable.</summary>
/// <param name="UpperBoundsSeconds">Upper bounds of all buckets but the last, which has none.</param>
/// <param name="Counts">Per bucket, not cumulative; one more than the bounds.</param>
/// <param name="SumSeconds">Sum of all durations.</param>
public sealed record StoreDurations(ImmutableArray<double> UpperBoundsSeconds, ImmutableArray<long> Counts, double SumSeconds);

/// <summary>Written by the store thread (refusals: any thread), read by any.</summary>
internal sealed class StoreCounters
{
    private static readonly ImmutableArray<double> Bounds =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly long[] failures = new long[Enum.GetValues<StoreFailure>().Length];
    private readonly long[] durations = new long[Bounds.Length + 1];
    private readonly Lock gate = new();
    private double durationSum;
    private long inputs;
    private long inputBytes;
    private long refused;
    private long work;
    private long commits;
    private long snapshots;
    private long snapshotBytes;
    private long transitions;
    private long alreadyThere;
    private long divergences;
    private long trimmed;

    public void Refuse() => Interlocked.Increment(ref refused);

    public void Fail(StoreFailure failure)
    {
        lock (gate)
            failures[(int)failure]++;
    }

    public void Trimmed(int rows)
    {
        lock (gate)
            trimmed += rows;
    }

    public void Committed(CommitBatch batch, TimeSpan took)
    {
        lock (gate)
        {
            commits++;
            int bucket = 0;
            while (bucket < Bounds.Length && took.TotalSeconds > Bounds[bucket])
                bucket++;
            durations[bucket]++;
            durationSum += took.TotalSeconds;
            inputs += batch.Inputs.Count;
            foreach (CommittedInput input in batch.Inputs)
                inputBytes += input.Input.Body.Length;
            work += batch.Done.Count;
            foreach (CommittedWork done in batch.Done)
                Count(done);
        }
    }

    public StoreStatistics Snapshot(int inputsWaiting, int workWaiting)
    {
        lock (gate)
        {
            return new StoreStatistics
            {
                InputsAppended = inputs,
                InputBytes = inputBytes,
                InputsRefused = Interlocked.Read(ref refused),
                WorkStored = work,
                Commits = commits,
                Snapshots = snapshots,
                SnapshotBytes = snapshotBytes,
                Transitions = transitions,
                TransitionsAlreadyThere = alreadyThere,
                Divergences = divergences,
                RowsTrimmed = trimmed,
                InputsWaiting = inputsWaiting,
                WorkWaiting = workWaiting,
                CommitSeconds = new StoreDurations(Bounds, [.. durations], durationSum),
                Failures = Enum.GetValues<StoreFailure>().Where(f => failures[(int)f] > 0).ToImmutableSortedDictionary(f => f, f => failures[(int)f]),
            };
        }
    }

    private void Count(CommittedWork done)
    {
        switch (done.Work)
        {
            case SnapshotWork snapshot:
                snapshots++;
                snapshotBytes += snapshot.Body.Length;
                break;
            case TransitionWork:
                transitions += done.Outcome == WorkOutcome.Stored ? 1 : 0;
                alreadyThere += done.Outcome == WorkOutcome.AlreadyThere ? 1 : 0;
                divergences += done.Outcome == WorkOutcome.Diverged ? 1 : 0;
                break;
        }
    }
}
