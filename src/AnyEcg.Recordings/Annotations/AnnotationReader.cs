using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AnyEcg.Recordings;

/// <summary>
/// Reads an MIT annotation file (.atr, .qrs, ...) one annotation at a time, in the order of the file, with 64-bit sample
/// times. Some files begin before sample 0: such times are negative. Owns its stream. One thread at a time.
/// </summary>
public sealed class AnnotationReader : IDisposable
{
    private const string TimeResolutionMark = "## time resolution:";
    private const string DefinitionsMark = "## annotation type definitions", DefinitionsEnd = "## end of definitions";
    private readonly BufferedStream stream;
    private readonly byte[] bytes = new byte[MitWord.MaxValue + 1];
    private int? pending;
    private long sample;
    private int channel;
    private int number;
    private bool ended;

    public AnnotationReader(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        this.stream = new BufferedStream(stream);
    }

    /// <summary>Ticks per second of <see cref="Annotation.Sample"/> where the file states it (known after the first read); else they are samples of the record.</summary>
    public double? TimeResolutionHz { get; private set; }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="RecordingFormatException">The file is damaged or cut short.</exception>
    public static IReadOnlyList<Annotation> ReadAll(string path)
    {
        using AnnotationReader reader = new(File.OpenRead(path));
        return reader.ReadToEnd();
    }

    /// <summary>Reads a whole file, and the ticks per second of its times: its own, where it states them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="defaultRateHz">Ticks per second of a file that does not state its own: <see cref="Recording.AnnotationRateHz"/>.</param>
    /// <exception cref="RecordingFormatException">The file is damaged or cut short.</exception>
    public static (IReadOnlyList<Annotation> Annotations, double RateHz) ReadAll(string path, double defaultRateHz)
    {
        using AnnotationReader reader = new(File.OpenRead(path));
        IReadOnlyList<Annotation> all = reader.ReadToEnd();
        return (all, reader.TimeResolutionHz ?? defaultRateHz);
    }

    /// <summary>The annotations that are left.</summary>
    /// <exception cref="RecordingFormatException">The file is damaged or cut short.</exception>
    public IReadOnlyList<Annotation> ReadToEnd()
    {
        List<Annotation> all = [];
        while (TryRead(out Annotation annotation))
        {
            all.Add(annotation);
        }

        return all;
    }

    /// <summary>
    /// Reads the next annotation; false after the file's end mark. A file's own names for codes, which stand as notes between two
    /// marks at its beginning, are no annotations.
    /// </summary>
    /// <exception cref="RecordingFormatException">The file is damaged or cut short.</exception>
    public bool TryRead(out Annotation annotation)
    {
        if (!TryReadAny(out annotation))
        {
            return false;
        }

        if (annotation is not { Sample: 0, Code: AnnotationCode.Note } || !annotation.AuxText.StartsWith(DefinitionsMark, StringComparison.Ordinal))
        {
            return true;
        }

        while (annotation is not { Code: AnnotationCode.Note } || !annotation.AuxText.StartsWith(DefinitionsEnd, StringComparison.Ordinal))
        {
            if (!TryReadAny(out annotation))
            {
                throw Fault("has definitions of codes without an end");
            }
        }

        // The mark of no annotation that sets the time back to the beginning.
        return TryReadAny(out annotation) && (annotation is not { Sample: 0, Code: AnnotationCode.NotQrs } || TryReadAny(out annotation));
    }

    private bool TryReadAny(out Annotation annotation)
    {
        annotation = default;
        if (ended)
        {
            return false;
        }

        int word = SkipTo(NextWord());
        if (word == 0)
        {
            ended = true;
            return false;
        }

        if (MitWord.Code(word) >= MitWord.FirstPseudoCode)
        {
            throw Fault($"has the modifier {MitWord.Code(word)} before any annotation");
        }

        sample += MitWord.Value(word);
        annotation = Modify(new Annotation(sample, (AnnotationCode)MitWord.Code(word)));
        NoteTimeResolution(annotation);
        return true;
    }

    public void Dispose() => stream.Dispose();

    private int SkipTo(int word)
    {
        while (MitWord.Code(word) == MitWord.Skip)
        {
            int high = ReadWord();
            int low = ReadWord();
            sample += (high << 16) | low;
            word = ReadWord();
        }

        return word;
    }

    /// <summary>Channel and number hold until changed; the subtype and the text are of one annotation only.</summary>
    private Annotation Modify(Annotation annotation)
    {
        int word = ReadWord();
        while (MitWord.Code(word) > MitWord.Skip)
        {
            int value = MitWord.Value(word);
            switch (MitWord.Code(word))
            {
                case MitWord.Number:
                    number = (sbyte)value;
                    break;
                case MitWord.SubType:
                    annotation = annotation with { SubType = (sbyte)value };
                    break;
                case MitWord.Channel:
                    channel = (byte)value;
                    break;
                default:
                    annotation = annotation with { Aux = ReadText(value) };
                    break;
            }

            word = ReadWord();
        }

        pending = word;
        return annotation with { Channel = channel, Number = number };
    }

    private string ReadText(int length)
    {
        Fill(bytes.AsSpan(0, length + (length & 1)));
        return Encoding.Latin1.GetString(bytes, 0, length);
    }

    private void NoteTimeResolution(Annotation annotation)
    {
        if (annotation is { Sample: 0, Code: AnnotationCode.Note }
            && annotation.AuxText.StartsWith(TimeResolutionMark, StringComparison.Ordinal)
            && double.TryParse(annotation.AuxText.AsSpan(TimeResolutionMark.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            && rate > 0)
        {
            TimeResolutionHz = rate;
        }
    }

    private int NextWord()
    {
        int word = pending ?? ReadWord();
        pending = null;
        return word;
    }

    private int ReadWord()
    {
        Fill(bytes.AsSpan(0, 2));
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private void Fill(Span<byte> destination)
    {
        if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
        {
            throw Fault("ends without its end mark");
        }
    }

    private RecordingFormatException Fault(string what) => new($"The annotation file {what} (after sample {sample}).");
}
