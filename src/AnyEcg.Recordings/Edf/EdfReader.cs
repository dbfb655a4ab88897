using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>
/// EDF, EDF+ and BDF files. Signals keep their own rates; between the data records of a discontinuous file, samples are missing.
/// Owns its stream.
/// </summary>
internal sealed class EdfReader : SignalReader
{
    private readonly EdfHeader header;
    private readonly string name;
    private readonly Stream stream;
    private readonly int[] source;
    private readonly FrameSlot[] slots;
    private readonly PackedSamples?[] files;
    private readonly EdfNotes notes;
    private readonly EdfTimeline timeline;
    private readonly List<string> warnings = [];
    private readonly int[] block = new int[4096];

    /// <exception cref="RecordingFormatException">The header is damaged, or the file is shorter than it says.</exception>
    public EdfReader(Stream stream, string name)
    {
        this.stream = stream;
        this.name = name;
        header = EdfHeaderParser.Read(stream, name);
        source = [.. Enumerable.Range(0, header.Signals.Length).Where(i => header.Signals[i] is { IsAnnotations: false, SamplesPerRecord: > 0 })];
        slots = Slots(header);
        files = new PackedSamples?[header.Signals.Length];
        notes = new EdfNotes(stream, name, header, slots, CountRecords());
        timeline = notes.Timeline();
        Signals = [.. source.Select(i => ToRecorded(header.Signals[i], header.RecordSeconds))];
        Info = new RecordingInfo
        {
            Name = Path.GetFileNameWithoutExtension(name),
            Kind = KindName(header.Kind),
            StartTime = header.StartTime + TimeSpan.FromSeconds(notes.StartSeconds),
            Patient = header.Patient,
        };
    }

    public override RecordingInfo Info { get; }

    public override ImmutableArray<RecordedSignal> Signals { get; }

    public override IReadOnlyList<RecordingNote> Notes => notes.All();

    public override IReadOnlyList<string> Warnings => warnings;

    public override long CountOf(int signal) => timeline.SamplesOf(header.Signals[source[signal]].SamplesPerRecord);

    public override int Read(int signal, long first, Span<double> destination)
    {
        int wanted = (int)Math.Min(destination.Length, Math.Max(0, CountOf(signal) - first));
        int done = 0;
        while (done < wanted)
        {
            done += ReadInRecord(source[signal], first + done, destination[done..wanted]);
        }

        return wanted;
    }

    public override void Dispose()
    {
        // The files share this stream.
        stream.Dispose();
    }

    /// <summary>Samples up to the end of the data record, or of the gap after it.</summary>
    private int ReadInRecord(int index, long sample, Span<double> destination)
    {
        int perRecord = header.Signals[index].SamplesPerRecord;
        long record = timeline.RecordAt(sample, perRecord);
        long within = sample - timeline.StartOf(record, perRecord);
        long next = record + 1 < timeline.Count ? timeline.StartOf(record + 1, perRecord) : long.MaxValue;
        if (within >= perRecord)
        {
            int gap = (int)Math.Min(destination.Length, next - sample);
            destination[..gap].Fill(double.NaN);
            return gap;
        }

        int count = (int)Math.Min(Math.Min(destination.Length, block.Length), Math.Min(perRecord - within, next - sample));
        PackedSamples file = files[index] ??= new PackedSamples(stream, header.Is24Bit ? SampleFormat.Int24 : SampleFormat.Int16.WithoutMissing(), header.HeaderBytes);
        int got = file.Read(slots[index], (record * perRecord) + within, block.AsSpan(0, count));
        for (int i = 0; i < got; i++)
        {
            destination[i] = block[i];
        }

        return got == count ? got : throw new RecordingFormatException($"{name} ends within data record {record}.");
    }

    /// <summary>The header's number of data records, compared with the file's length; a recorder that was cut off leaves -1 or a last record that is not whole.</summary>
    private long CountRecords()
    {
        long recordBytes = header.RecordSamples * header.SampleBytes;
        long inFile = recordBytes == 0 ? 0 : (stream.Length - header.HeaderBytes) / recordBytes;
        if (header.RecordCount > inFile)
        {
            throw new RecordingFormatException($"{name} is cut short: it holds {inFile} data records, its header says {header.RecordCount}.");
        }

        if (header.RecordCount is null)
        {
            warnings.Add($"{name}: the header does not say how many data records there are; the file holds {inFile}");
        }
        else if (header.RecordCount < inFile)
        {
            warnings.Add($"{name}: the file holds {inFile} data records, its header says {header.RecordCount}: the rest is left alone");
        }

        return header.RecordCount ?? inFile;
    }

    private static FrameSlot[] Slots(EdfHeader header)
    {
        FrameSlot[] slots = new FrameSlot[header.Signals.Length];
        int offset = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = new FrameSlot((int)header.RecordSamples, offset, header.Signals[i].SamplesPerRecord);
            offset += header.Signals[i].SamplesPerRecord;
        }

        return slots;
    }

    private static RecordedSignal ToRecorded(EdfSignal signal, double recordSeconds) => new()
    {
        Name = signal.Label,
        Units = signal.Units,
        SampleRateHz = signal.SamplesPerRecord / recordSeconds,
        AdcGain = signal.AdcGain,
        Baseline = signal.Baseline,
        AdcRange = signal.AdcRange,
    };

    private static string KindName(EdfKind kind) => kind switch
    {
        EdfKind.Edf => "EDF",
        EdfKind.EdfPlusContinuous => "EDF+C",
        EdfKind.EdfPlusDiscontinuous => "EDF+D",
        EdfKind.Bdf => "BDF",
        EdfKind.BdfPlusContinuous => "BDF+C",
        _ => "BDF+D",
    };
}
