using AnyEcg.Recordings;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Recordings and annotations: files that somebody else wrote.</summary>
internal static class RecordingTargets
{
    private const int BlockSamples = 256;

    /// <summary>Of a file with two signals.</summary>
    private const int EdfHeaderBytes = 3 * 256;

    /// <summary>
    /// What a reader takes for its buffers, whatever the file; for FLAC a frame of two channels of 65,536 samples with
    /// them. A record has a window for each of its files, at most three in the corpus.
    /// </summary>
    private const int Buffers = 512 * 1024, RecordBuffers = 3 * Buffers, FlacBuffers = Buffers + (2 * 65_536 * sizeof(int));

    public static IEnumerable<FuzzTarget> All() =>
    [
        Target("wfdb-header", new MixedMutator(new TextMutator(), new ByteMutator()), bytes => WfdbHeader.Read(new MemoryStream(bytes))),
        Target("wfdb-record", new ArchiveMutator(), ReadRecord, RecordBuffers),
        Target("wfdb-flac", new RepairingMutator(new ArchiveMutator(), Checksums.RepairFlac), ReadRecord, FlacBuffers),
        File("edf", new MixedMutator(new FixedFieldMutator(EdfHeaderBytes), new ByteMutator()), "a.edf"),
        File("ishne", new RepairingMutator(new ByteMutator(), Checksums.RepairIshne), "a.ecg"),
        File("csv", new MixedMutator(new TextMutator(), new ByteMutator()), "a.csv"),
        Target("matlab", new ByteMutator(), ReadMatrix),
        Target("wfdb-annotations", new ByteMutator(), bytes => new AnnotationReader(new MemoryStream(bytes)).ReadToEnd()),
    ];

    private static FuzzTarget File(string name, Mutator mutator, string fileName) =>
        Target(name, mutator, bytes => ReadFile(bytes, fileName));

    private static FuzzTarget Target(string name, Mutator mutator, Action<byte[]> read, int buffers = Buffers) => new()
    {
        Name = name,
        Mutator = mutator,
        Feed = bytes => Takes(bytes, read),
        AllocationBase = buffers,
        AllocationPerByte = 128,
    };

    private static bool Takes(byte[] bytes, Action<byte[]> read)
    {
        try
        {
            read(bytes);
            return true;
        }
        catch (Exception e) when (e is RecordingFormatException or FileNotFoundException)
        {
            return false;
        }
    }

    private static void ReadFile(byte[] bytes, string name)
    {
        using Recording recording = new(RecordingFiles.Open(new MemoryStream(bytes), name, new RecordingOptions()));
        ReadThrough(recording);
    }

    private static void ReadMatrix(byte[] bytes)
    {
        using Recording recording = MatlabLevel4.Open(new MemoryStream(bytes), "a", 250, 1000);
        ReadThrough(recording);
    }

    private static void ReadRecord(byte[] archive)
    {
        Dictionary<string, byte[]> members = Archive.Unpack(archive).DistinctBy(m => m.Key).ToDictionary(StringComparer.Ordinal);
        if (members.Count == 0)
            throw new RecordingFormatException("nothing");
        WfdbHeader header = WfdbHeader.Read(new MemoryStream(members.First().Value));
        using Recording recording = Recording.Open(header, name => Open(members, name));
        ReadThrough(recording);
    }

    /// <summary>A header must not lead its reader out of its folder: such a name is a finding, not a missing file.</summary>
    private static MemoryStream Open(Dictionary<string, byte[]> members, string name)
    {
        if (name.AsSpan().ContainsAny("/\\") || name is "." or "..")
            throw new InvalidOperationException($"the reader asks for '{name}'");
        return members.TryGetValue(name, out byte[]? file) ? new MemoryStream(file) : throw new FileNotFoundException(name);
    }

    private static void ReadThrough(Recording recording)
    {
        const int MostSamples = 1 << 16;
        float[] block = new float[BlockSamples * Math.Max(1, recording.Signals.Length)];
        for (long total = 0; total < MostSamples; total += BlockSamples)
        {
            if (recording.Read(block, BlockSamples) == 0)
                break;
        }

        _ = recording.Notes.Count + recording.Warnings.Count;
    }
}
