using System.Collections.Concurrent;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// The last state of each stream, for people who look at the page. Written by the engine thread, read by any. Bounded: the
/// streams by <paramref name="maxStreams"/>, each one's trace by <see cref="TraceSeconds"/>, the transitions by <see cref="MaxTransitions"/>.
/// </summary>
internal sealed class StreamBoard(int maxStreams)
{
    /// <summary>Seconds of trace kept of each stream's first present lead.</summary>
    public const int TraceSeconds = 10;

    /// <summary>Newest transitions kept.</summary>
    public const int MaxTransitions = 100;

    private readonly ConcurrentDictionary<StreamKey, BoardEntry> entries = new();
    private readonly ConcurrentQueue<AlertTransition> transitions = new();

    public IReadOnlyCollection<AlertTransition> Transitions => [.. transitions.Reverse()];

    public int Count => entries.Count;

    public IEnumerable<KeyValuePair<StreamKey, BoardEntry>> Entries => entries;

    /// <summary>A board that shows what an earlier run left to be acknowledged or to end.</summary>
    public static StreamBoard Of(int maxStreams, StoreDatabase? database)
    {
        StreamBoard board = new(maxStreams);
        using StoreReader? reader = database?.OpenReader();
        foreach (StoredAlert alert in reader?.OpenAlerts() ?? [])
        {
            if (AlertDocumentReader.TryRead(alert.Body) is { } read)
            {
                board.Take(read.Alert);
            }
        }

        return board;
    }

    /// <summary>Whether anything of a stream is shown.</summary>
    public bool Shows(StreamKey key) => entries.ContainsKey(key);

    /// <summary>Nothing of the stream is shown any more, its newest transitions included.</summary>
    public void Forget(StreamKey key)
    {
        entries.TryRemove(key, out _);
        for (int left = transitions.Count; left > 0 && transitions.TryDequeue(out AlertTransition? kept); left--)
        {
            if (kept.Group != key.Group || kept.Stream != key.Stream)
            {
                transitions.Enqueue(kept);
            }
        }
    }

    public void Take(AlertTransition transition)
    {
        Entry(new StreamKey(transition.Group, transition.Stream))?.Take(transition);
        transitions.Enqueue(transition);
        while (transitions.Count > MaxTransitions)
        {
            transitions.TryDequeue(out _);
        }
    }

    public void Take(RhythmSummary summary) => Entry(new StreamKey(summary.Group, summary.Stream))?.Take(summary);

    public void Take(StreamKey key, PatchSecond patch) => Entry(key)?.Take(patch);

    private BoardEntry? Entry(StreamKey key)
    {
        if (entries.TryGetValue(key, out BoardEntry? entry))
        {
            return entry;
        }

        if (entries.Count >= maxStreams && !DropOldest())
        {
            return null;
        }

        return entries.GetOrAdd(key, _ => new BoardEntry());
    }

    /// <summary>Makes room: the stream without an open alert that has been silent longest is no longer shown.</summary>
    private bool DropOldest()
    {
        KeyValuePair<StreamKey, BoardEntry>? oldest = null;
        foreach (KeyValuePair<StreamKey, BoardEntry> entry in entries)
        {
            if (!entry.Value.HasOpen && entry.Value.LastNs < (oldest?.Value.LastNs ?? long.MaxValue))
            {
                oldest = entry;
            }
        }

        return oldest is { } found && entries.TryRemove(found);
    }
}
