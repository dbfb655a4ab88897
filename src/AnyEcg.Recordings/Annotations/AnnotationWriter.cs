using System.Buffers.Binary;
using System.Text;

namespace AnyEcg.Recordings;

/// <summary>
/// Writes an MIT annotation file. The file is complete once the writer is disposed of; it owns its stream. One thread at a time.
/// </summary>
public sealed class AnnotationWriter : IDisposable
{
    /// <summary>The longest text that other readers of such files take.</summary>
    public const int MaxAuxBytes = 255;

    /// <summary>The highest code that the WFDB library takes.</summary>
    public const int MaxCode = 49;

    private readonly BufferedStream stream;
    private long sample;
    private int channel;
    private int number;
    private bool started;
    private bool disposed;

    public AnnotationWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        this.stream = new BufferedStream(stream);
    }

    /// <summary>Writes a whole file.</summary>
    public static void WriteAll(string path, IEnumerable<Annotation> annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        using AnnotationWriter writer = new(File.Create(path));
        foreach (Annotation annotation in annotations)
        {
            writer.Write(annotation);
        }
    }

    /// <summary>Appends an annotation, none of whose parts may be outside what the format can hold.</summary>
    /// <exception cref="ArgumentException">A part does not fit, or the sample lies before the previous annotation's.</exception>
    public void Write(in Annotation annotation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Require(annotation);
        WriteTime(annotation);
        WriteNumbers(annotation);
        WriteText(annotation.Aux);
        started = true;
        (sample, channel, number) = (annotation.Sample, annotation.Channel, annotation.Number);
    }

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            WriteWord(0);
            stream.Dispose();
        }
    }

    private void Require(in Annotation annotation)
    {
        Require(annotation.Sample >= sample || !started, "its sample lies before the previous one");
        Require((int)annotation.Code is >= 1 and <= MaxCode, "its code cannot be stored");
        Require(annotation.SubType is >= sbyte.MinValue and <= sbyte.MaxValue, "its subtype is not in -128 to 127");
        Require(annotation.Number is >= sbyte.MinValue and <= sbyte.MaxValue, "its number is not in -128 to 127");
        Require(annotation.Channel is >= 0 and <= byte.MaxValue, "its channel is not in 0 to 255");
        Require((annotation.Aux?.Length ?? 0) <= MaxAuxBytes, $"its text is longer than {MaxAuxBytes} bytes");
        Require(annotation.Aux?.AsSpan().ContainsAnyExceptInRange('\0', '\xff') != true, "its text is not Latin-1");

        static void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new ArgumentException($"The annotation cannot be written: {otherwise}.", nameof(annotation));
            }
        }
    }

    private void WriteTime(in Annotation annotation)
    {
        long delta = annotation.Sample - sample;
        while (delta is < 0 or > MitWord.MaxValue)
        {
            int skip = (int)Math.Clamp(delta, int.MinValue, int.MaxValue);
            WriteWord(MitWord.Make(MitWord.Skip, 0));
            WriteWord((skip >> 16) & 0xffff);
            WriteWord(skip & 0xffff);
            delta -= skip;
        }

        WriteWord(MitWord.Make((int)annotation.Code, (int)delta));
    }

    /// <summary>The order in which the WFDB library writes them.</summary>
    private void WriteNumbers(in Annotation annotation)
    {
        if (annotation.SubType != 0)
        {
            WriteWord(MitWord.Make(MitWord.SubType, annotation.SubType));
        }

        if (annotation.Channel != channel)
        {
            WriteWord(MitWord.Make(MitWord.Channel, annotation.Channel));
        }

        if (annotation.Number != number)
        {
            WriteWord(MitWord.Make(MitWord.Number, annotation.Number));
        }
    }

    private void WriteText(string? aux)
    {
        if (string.IsNullOrEmpty(aux))
        {
            return;
        }

        WriteWord(MitWord.Make(MitWord.Aux, aux.Length));
        stream.Write(Encoding.Latin1.GetBytes(aux));
        if ((aux.Length & 1) != 0)
        {
            stream.WriteByte(0);
        }
    }

    private void WriteWord(int word)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)word);
        stream.Write(bytes);
    }
}
