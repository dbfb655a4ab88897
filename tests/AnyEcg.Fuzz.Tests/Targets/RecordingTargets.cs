using AnyEcg.Recordings;

namespace AnyEcg.Fuzz.Tests;

/// <summary>Recordings and annotations: files that somebody else wrote.</summary>
internal static class RecordingTargets
{
    private const int BlockSamples = 256;

    /// <summary>What a reader takes for its buffers, whatever the file.</summary>
    private const int Buffers = 512 * 1024;

    public static IEnumerable<FuzzTarget> All() =>
    [
        Target("wfdb-header", new MixedMutator(new TextMutator(), new ByteMutator()), bytes => WfdbHeader.Read(new MemoryStream(bytes))),
        Target("wfdb-record", new ArchiveMutator(), ReadRecord),
        Target("wfdb-annotations", new ByteMutator(), bytes => new AnnotationReader(new MemoryStream(bytes)).ReadToEnd()),
    ];

    private static FuzzTarget Target(string name, Mutator mutator, Action<byte[]> read) => new()
    {
        Name = name,
        Mutator = mutator,
        Feed = bytes => Takes(bytes, read),
        AllocationBase = Buffers,
        AllocationPerByte = 128,
    };

    private static bool Takes(byte[] bytes, Action<byte[]> read)
    {
        try
        {
            read(bytes);
            return true;
        }
        catch (RecordingFormatException)
        {
            return false;
        }
    }

    private static void ReadRecord(byte[] archive)
    {
        Dictionary<string, byte[]> members = Archive.Unpack(archive).DistinctBy(m => m.Key).ToDictionary(StringComparer.Ordinal);
        if (members.Count == 0)
            throw new RecordingFormatException("nothing");
        WfdbHeader header = WfdbHeader.Read(new MemoryStream(members.First().Value));
        using WfdbRecord record = WfdbRecord.Open(
            header,
            name => members.TryGetValue(name, out byte[]? file) ? new MemoryStream(file) : throw new RecordingFormatException("no such file"));
        float[] block = new float[BlockSamples * Math.Max(1, header.Signals.Length)];
        for (long total = 0; total < 1 << 20;)
        {
            int read = record.Read(block, BlockSamples);
            if (read == 0)
                return;
            total += read;
        }
    }
}
