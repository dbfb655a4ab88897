using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>
/// The contents of all TLS files at one moment, so that a certificate and its key are looked at together, and a digest that
/// tells whether anything changed: times of files are too coarse for that, and a mounted secret keeps them. Immutable.
/// </summary>
internal sealed class TlsFileSet
{
    private const int MaxBytes = 1 << 20;

    private readonly Dictionary<string, byte[]> contents = [];

    private TlsFileSet()
    {
    }

    /// <summary>Differs when any byte of any file, or the reason why one cannot be read, does.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>Why the files could not be read, in words; null: all were.</summary>
    public string? Fault { get; private set; }

    /// <summary>Never throws for a file that is missing, too large or not to be read; see <see cref="Fault"/>.</summary>
    public static TlsFileSet Read(TlsFiles files)
    {
        TlsFileSet set = new();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in files.Paths())
        {
            try
            {
                byte[] bytes = ReadBounded(path);
                set.contents[path] = bytes;
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                set.Fault ??= $"{path}: {e.Message}";
                hash.AppendData(Encoding.UTF8.GetBytes(e.Message));
            }
        }

        set.Digest = Convert.ToHexString(hash.GetHashAndReset());
        return set;
    }

    public byte[] Bytes(string path) => contents[path];

    public string Text(string path) => Encoding.UTF8.GetString(contents[path]);

    private static byte[] ReadBounded(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[MaxBytes + 1];
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= MaxBytes ? buffer[..length] : throw new IOException($"longer than {MaxBytes} bytes");
    }
}
