using System.Buffers.Binary;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// SQLite's write-ahead log, as https://www.sqlite.org/fileformat2.html#walformat describes it: a header of 32 bytes, then frames of a
/// header of 24 bytes and a page. A frame belongs to the log while its salts are those of the header; a commit's last frame says how many pages the database has.
/// </summary>
internal sealed class WalFile
{
    private const int HeaderBytes = 32, FrameHeaderBytes = 24;

    private readonly List<(int Page, bool Commit)> frames = [];

    public WalFile(byte[] bytes)
    {
        Bytes = bytes;
        PageBytes = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        ReadOnlySpan<byte> salts = bytes.AsSpan(16, 8);
        for (int at = HeaderBytes; at + FrameBytes <= bytes.Length && bytes.AsSpan(at + 8, 8).SequenceEqual(salts); at += FrameBytes)
        {
            bool commit = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 4)) != 0;
            frames.Add(((int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)), commit));
        }
    }

    public byte[] Bytes { get; }

    public int PageBytes { get; }

    /// <summary>Pages, from 1, as the transactions before the last one left them.</summary>
    public IReadOnlyDictionary<int, Range> PagesBeforeLast
    {
        get
        {
            Dictionary<int, Range> pages = [];
            for (int i = 0; i < LastFirst; i++)
            {
                int end = HeaderBytes + ((i + 1) * FrameBytes);
                pages[frames[i].Page] = (end - PageBytes)..end;
            }

            return pages;
        }
    }

    /// <summary>First byte of the last transaction.</summary>
    public int LastBegin => HeaderBytes + (LastFirst * FrameBytes);

    /// <summary>The byte after it.</summary>
    public int LastEnd => HeaderBytes + ((frames.FindLastIndex(frame => frame.Commit) + 1) * FrameBytes);

    private int FrameBytes => FrameHeaderBytes + PageBytes;

    private int LastFirst
    {
        get
        {
            int last = frames.FindLastIndex(frame => frame.Commit);
            return last <= 0 ? 0 : frames.FindLastIndex(last - 1, frame => frame.Commit) + 1;
        }
    }
}
