using System.Text;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>What lies in the store of a crash test, read beside the worker or after it.</summary>
internal sealed class StoredLog(string database, CrashWard ward) : IDisposable
{
    /// <summary>Kinds of inputs in the journal; written to disk, so they do not change.</summary>
    private const byte Frame = 2, Close = 5;

    private readonly StoreDatabase store = StoreDatabase.OpenForReading(new StoreOptions { Connection = database });
    private readonly Dictionary<StreamKey, JournalSoFar> journals = ward.Keys.ToDictionary(key => key, _ => new JournalSoFar());

    /// <summary>Frames in the journal, those that came again included.</summary>
    public long Frames => journals.Values.Sum(journal => journal.Frames);

    /// <summary>Inputs of all kinds.</summary>
    public long Inputs => journals.Values.Sum(journal => journal.Inputs);

    /// <summary>Reads on in the journals; whether every stream is closed.</summary>
    public bool AllClosed()
    {
        using StoreReader reader = store.OpenReader();
        foreach ((StreamKey key, JournalSoFar journal) in journals)
            journal.ReadOn(reader, key);
        return journals.Values.All(journal => journal.Closed);
    }

    /// <summary>Frames that were sent and are not in the journal.</summary>
    public IReadOnlyList<string> MissingFrames() =>
        [.. ward.Messages.Where(m => m.IsFrame && !journals[ward.Keys[m.Stream]].Keys.Contains(m.Key)).Select(m => $"{ward.Keys[m.Stream]} {m.Key}")];

    public int Unsent()
    {
        using StoreReader reader = store.OpenReader();
        return reader.Unsent().Count;
    }

    /// <summary>Every transition of every stream.</summary>
    public IReadOnlyDictionary<(string Id, int Revision), LoggedTransition> Transitions()
    {
        using StoreReader reader = store.OpenReader();
        Dictionary<(string, int), LoggedTransition> all = [];
        foreach (StreamKey key in ward.Keys)
        {
            foreach (StoredAlert alert in reader.Alerts(key, most: 100_000))
            {
                foreach (StoredTransition t in reader.Transitions(alert.AlertId))
                    all.Add((t.AlertId.ToString(), t.Revision), new LoggedTransition(t.AlertId.ToString(), t.Revision, Encoding.UTF8.GetString(t.Body)));
            }
        }

        return all;
    }

    /// <summary>The alerts that are not over, as they stand: what has to be retained at the broker.</summary>
    public IReadOnlyDictionary<string, string> Open()
    {
        using StoreReader reader = store.OpenReader();
        return reader.OpenAlerts().ToDictionary(alert => alert.AlertId.ToString(), alert => Encoding.UTF8.GetString(alert.Body));
    }

    public void Dispose() => store.Dispose();

    private sealed class JournalSoFar
    {
        private const int Page = 1000;
        private long last;

        public HashSet<(long Epoch, long FirstSample)> Keys { get; } = [];

        public long Frames { get; private set; }

        public long Inputs { get; private set; }

        public bool Closed { get; private set; }

        public void ReadOn(StoreReader reader, StreamKey key)
        {
            IReadOnlyList<JournalEntry> page;
            do
            {
                page = reader.Journal(key, last, Page);
                foreach (JournalEntry entry in page)
                    Take(entry);
            }
            while (page.Count == Page);
        }

        private void Take(JournalEntry entry)
        {
            (last, Inputs) = (entry.Sequence, Inputs + 1);
            Closed |= entry.Kind == Close;
            if (entry.Kind != Frame)
                return;
            Frames++;
            Keys.Add((entry.Epoch, entry.FirstSample));
        }
    }
}
