using System.Runtime.InteropServices;

namespace AnyEcg.Store;

/// <summary>Where an input of the tail lies in memory.</summary>
internal readonly record struct TailEntry(long Id, byte[] Page, int At);

/// <summary>The inputs of some commits in a row, which are moved together. Store thread only.</summary>
internal sealed class TailGeneration
{
    private readonly List<TailEntry> entries = [];
    private readonly List<byte[]> pages = [];

    public int Count => entries.Count;

    /// <summary>Number of its last row in the table.</summary>
    public long LastRow { get; private set; }

    public int Commits { get; private set; }

    public long Bytes { get; private set; }

    public TailEntry this[int index] => entries[index];

    /// <summary>The inputs of one commit.</summary>
    public void Add(List<TailEntry> fresh, List<byte[]> freshPages, long lastRow, long bytes)
    {
        entries.AddRange(fresh);
        pages.AddRange(freshPages);
        LastRow = lastRow;
        Bytes += bytes;
        Commits++;
    }

    /// <summary>Stream by stream, each in its order.</summary>
    public void Sort() => CollectionsMarshal.AsSpan(entries).Sort((a, b) => a.Id.CompareTo(b.Id));

    /// <summary>Empties it; its memory goes back.</summary>
    public void Clear(Stack<byte[]> idle, int pageBytes, int most)
    {
        foreach (byte[] page in pages)
        {
            if (page.Length == pageBytes && idle.Count < most)
                idle.Push(page);
        }

        entries.Clear();
        pages.Clear();
        (LastRow, Commits, Bytes) = (0, 0, 0);
    }
}
