using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AnyEcg.Model;

/// <summary>
/// Reads a safetensors file: 8 bytes header length (little endian), a JSON header, the tensors' bytes. Every length and offset
/// is checked against the file before it is used, so that any byte sequence gives tensors or an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>A header of this size names some hundred thousand tensors; more is no network.</summary>
    private const int MaxHeaderBytes = 16 << 20;

    private readonly Stream stream;
    private readonly long dataStart;
    private readonly Dictionary<string, TensorEntry> entries;

    private SafetensorsFile(Stream stream, long dataStart, Dictionary<string, TensorEntry> entries)
    {
        this.stream = stream;
        this.dataStart = dataStart;
        this.entries = entries;
    }

    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Opens a file; little-endian machines only, as all that .NET runs on today.</summary>
    public static SafetensorsFile Open(string path) => Open(File.OpenRead(path));

    /// <summary>Takes a seekable stream over; it is closed with the file, or at once when the header is refused.</summary>
    public static SafetensorsFile Open(Stream stream)
    {
        try
        {
            byte[] header = ReadHeader(stream);
            long dataStart = 8 + header.Length;
            return new SafetensorsFile(stream, dataStart, SafetensorsHeader.Parse(header, stream.Length - dataStart));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static byte[] ReadHeader(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8)
        {
            throw new InvalidDataException("The file is shorter than a safetensors header.");
        }

        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || length > (ulong)(stream.Length - 8))
        {
            throw new InvalidDataException($"A header of {length} bytes is announced in a file of {stream.Length}.");
        }

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    public bool Contains(string name) => entries.ContainsKey(name);

    public IReadOnlyList<long> Shape(string name) => Entry(name).Shape;

    /// <summary>The values of a tensor, row-major. <typeparamref name="T"/> must be the tensor's own type.</summary>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        TensorEntry entry = Entry(name);
        if (entry.Type != SafetensorsHeader.TypeName<T>())
        {
            throw new InvalidDataException($"Tensor {name} holds {entry.Type}, not {SafetensorsHeader.TypeName<T>()}.");
        }

        T[] values = new T[entry.Length / Marshal.SizeOf<T>()];
        stream.Position = dataStart + entry.Offset;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public void Dispose() => stream.Dispose();

    private TensorEntry Entry(string name) => entries.TryGetValue(name, out TensorEntry? entry)
        ? entry
        : throw new InvalidDataException($"There is no tensor {name}.");
}
