namespace AnyEcg.Recordings;

/// <summary>
/// The annotation signals of an EDF+ file: the onset of every data record and the notes. A discontinuous file is read through
/// when it is opened, since its onsets are its timeline; a continuous one when somebody asks for the notes.
/// </summary>
internal sealed class EdfNotes(Stream stream, string name, EdfHeader header, FrameSlot[] slots, long recordCount)
{
    /// <summary>More notes than a year of records has: more is garbage.</summary>
    private const int MaxNotes = 1_000_000;

    /// <summary>A discontinuous file may have gaps; a timeline longer than this is garbage.</summary>
    private const double MaxSeconds = 366 * 86_400.0;

    private readonly int[] signals = [.. Enumerable.Range(0, slots.Length).Where(i => header.Signals[i].IsAnnotations)];
    private byte[] bytes = [];
    private List<RecordingNote>? notes;

    /// <summary>Onset of the first data record, seconds after the start in the header: below a second, by the standard.</summary>
    public double StartSeconds { get; private set; }

    /// <exception cref="RecordingFormatException">An onset is missing, or lies within the record before.</exception>
    public EdfTimeline Timeline()
    {
        if (!header.IsDiscontinuous)
        {
            StartSeconds = signals.Length > 0 && recordCount > 0 ? OnsetOf(0, _ => { }) ?? 0 : 0;
            return EdfTimeline.Continuous(recordCount, header.RecordSeconds);
        }

        List<RecordingNote> found = [];
        double[] onsets = new double[recordCount];
        for (long record = 0; record < recordCount; record++)
        {
            double onset = OnsetOf(record, found.Add) ?? throw Fault(record, "no onset, which a discontinuous file must give");
            StartSeconds = record == 0 ? onset : StartSeconds;
            onsets[record] = onset - StartSeconds;
            RequireOrder(onsets, record);
            RequireFew(found, record);
        }

        notes = Sorted(found);
        return EdfTimeline.Discontinuous(onsets, header.RecordSeconds);
    }

    /// <summary>Ascending, onsets counted from the first sample.</summary>
    public IReadOnlyList<RecordingNote> All()
    {
        if (notes is null)
        {
            List<RecordingNote> found = [];
            for (long record = 0; record < recordCount && signals.Length > 0; record++)
            {
                OnsetOf(record, found.Add);
                RequireFew(found, record);
            }

            notes = Sorted(found);
        }

        return notes;
    }

    private List<RecordingNote> Sorted(List<RecordingNote> found) =>
        [.. found.Select(note => note with { Onset = note.Onset - StartSeconds }).OrderBy(note => note.Onset)];

    private double? OnsetOf(long record, Action<RecordingNote> note)
    {
        double? first = null;
        foreach (int signal in signals)
        {
            int length = slots[signal].PerFrame * header.SampleBytes;
            bytes = bytes.Length < length ? new byte[length] : bytes;
            stream.Position = header.HeaderBytes + (((record * slots[signal].FrameSize) + slots[signal].Offset) * header.SampleBytes);
            if (stream.ReadAtLeast(bytes.AsSpan(0, length), length, throwOnEndOfStream: false) < length)
            {
                throw Fault(record, "an annotation signal that is cut short");
            }

            if (TimeStampedList.Parse(bytes.AsSpan(0, length), out double? onset, note) is { } fault)
            {
                throw Fault(record, fault);
            }

            // Only the first annotation signal keeps time.
            first ??= onset;
        }

        return first is < -MaxSeconds or > 2 * MaxSeconds ? throw Fault(record, FormattableString.Invariant($"the onset {first} s")) : first;
    }

    private void RequireOrder(double[] onsets, long record)
    {
        double earliest = record == 0 ? 0 : onsets[record - 1] + header.RecordSeconds;

        // Onsets are decimals and durations may be fractions: half a sample of the fastest signal is no overlap.
        double slack = header.RecordSeconds / Math.Max(1, slots.Max(slot => slot.PerFrame)) / 2;
        if (onsets[record] < earliest - slack || onsets[record] > MaxSeconds)
        {
            throw Fault(record, FormattableString.Invariant($"the onset {onsets[record]} s; at least {earliest} s is expected"));
        }
    }

    private void RequireFew(List<RecordingNote> found, long record)
    {
        if (found.Count > MaxNotes)
        {
            throw Fault(record, $"more than {MaxNotes} annotations before its end");
        }
    }

    private RecordingFormatException Fault(long record, string what) => new(FormattableString.Invariant($"{name}, data record {record} has {what}."));
}
