using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AnyEcg.Recordings;

/// <summary>Reads the header of an EDF file; every fault names the field and the byte where it begins.</summary>
internal sealed class EdfHeaderParser
{
    /// <summary>More signals than any recorder has: a larger number is garbage.</summary>
    private const int MaxSignals = 512;

    /// <summary>A data record may have this many bytes; the standard recommends 61,440.</summary>
    private const int MaxRecordBytes = 1 << 24;

    private const double MaxRecordSeconds = 86_400, MaxSampleRateHz = 1e9;

    /// <summary>Years of two digits: 85 to 99 are 1985 to 1999.</summary>
    private const int ClippingYear = 85;

    private readonly string name;
    private readonly string text;
    private readonly int count;

    private EdfHeaderParser(string name, string text, int count)
    {
        this.name = name;
        this.text = text;
        this.count = count;
    }

    /// <exception cref="RecordingFormatException">Cut short, or a field is not what it must be.</exception>
    public static EdfHeader Read(Stream stream, string name)
    {
        string fixedPart = ReadText(stream, 256, name);
        int count = new EdfHeaderParser(name, fixedPart, 0).Integer(252, 4, "number of signals", 1, MaxSignals);
        return new EdfHeaderParser(name, fixedPart + ReadText(stream, 256 * count, name), count).Parse();
    }

    private EdfHeader Parse()
    {
        bool bdf = text[0] == '\xff';
        EdfHeader header = new()
        {
            Kind = KindOf(bdf, Field(192, 44)),
            HeaderBytes = Integer(184, 8, "size of the header", 256 * (count + 1), 256 * (count + 1)),
            RecordCount = Integer(236, 8, "number of data records", -1, int.MaxValue) is >= 0 and var records ? records : null,
            RecordSeconds = Number(244, 8, "duration of a data record"),
            Signals = [.. Enumerable.Range(0, count).Select(Signal)],
            StartTime = StartTime(),
            Patient = PatientOf(Field(8, 80)),
        };
        if (header.RecordSeconds is < 0 or > MaxRecordSeconds)
        {
            throw Fault(244, $"gives data records of {header.RecordSeconds} s");
        }

        if (header.RecordSamples > MaxRecordBytes / header.SampleBytes)
        {
            throw Fault(SignalField(216, 8, 0), $"gives data records of {header.RecordSamples} samples; at most {MaxRecordBytes / header.SampleBytes} are taken");
        }

        if (header.RecordSeconds == 0 && !header.Signals.All(signal => signal.IsAnnotations))
        {
            throw Fault(244, "gives data records of 0 s, and yet signals");
        }

        return header.Signals.Any(signal => !signal.IsAnnotations && signal.SamplesPerRecord / header.RecordSeconds > MaxSampleRateHz)
            ? throw Fault(244, $"makes a rate beyond {MaxSampleRateHz:0} Hz")
            : header;
    }

    private static EdfKind KindOf(bool bdf, string reserved) => (bdf, reserved) switch
    {
        (true, _) when reserved.StartsWith("BDF+D", StringComparison.Ordinal) => EdfKind.BdfPlusDiscontinuous,
        (true, _) when reserved.StartsWith("BDF+C", StringComparison.Ordinal) => EdfKind.BdfPlusContinuous,
        (true, _) => EdfKind.Bdf,
        _ when reserved.StartsWith("EDF+D", StringComparison.Ordinal) => EdfKind.EdfPlusDiscontinuous,
        _ when reserved.StartsWith("EDF+C", StringComparison.Ordinal) => EdfKind.EdfPlusContinuous,
        _ => EdfKind.Edf,
    };

    private EdfSignal Signal(int i)
    {
        EdfSignal signal = new()
        {
            Label = Field(SignalField(0, 16, i), 16),
            Units = Field(SignalField(96, 8, i), 8),
            PhysicalMin = Number(SignalField(104, 8, i), 8, "physical minimum"),
            PhysicalMax = Number(SignalField(112, 8, i), 8, "physical maximum"),
            DigitalMin = Integer(SignalField(120, 8, i), 8, "digital minimum", -(1 << 23), (1 << 23) - 1),
            DigitalMax = Integer(SignalField(128, 8, i), 8, "digital maximum", -(1 << 23), (1 << 23) - 1),
            SamplesPerRecord = Integer(SignalField(216, 8, i), 8, "number of samples in a data record", 0, MaxRecordBytes),
        };
        if (!signal.IsAnnotations && (signal.DigitalMax <= signal.DigitalMin || !double.IsFinite(signal.AdcGain) || !double.IsFinite(signal.Baseline)))
        {
            throw Fault(SignalField(104, 8, i), $"gives signal {i} '{signal.Label}' an empty range");
        }

        return signal;
    }

    /// <summary>Fields of all signals lie together: 16 bytes of label for each, then 80 of transducer for each, ...</summary>
    private int SignalField(int bytesBefore, int width, int signal) => 256 + (bytesBefore * count) + (width * signal);

    /// <summary>Many files carry no true date; one that is no date at all is none.</summary>
    private DateTime? StartTime()
    {
        string field = Field(168, 8) + " " + Field(176, 8);
        if (!DateTime.TryParseExact(field, "dd.MM.yy HH.mm.ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
        {
            return null;
        }

        int year = time.Year % 100;
        return time.AddYears((year >= ClippingYear ? 1900 : 2000) + year - time.Year);
    }

    /// <summary>EDF+ begins the field with code, sex, birth date and name, of which only the sex is taken: the date of birth is no age.</summary>
    private static Patient PatientOf(string field)
    {
        string[] parts = field.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Patient(null, parts.Length > 1 ? Patient.ParseSex(parts[1]) : Sex.Unknown);
    }

    private string Field(int at, int width) => text.Substring(at, width).Trim(' ', '\0');

    private int Integer(int at, int width, string what, int min, int max) =>
        int.TryParse(Field(at, width), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw Fault(at, $"gives '{Field(at, width)}' as its {what}");

    private double Number(int at, int width, string what) =>
        double.TryParse(Field(at, width), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Fault(at, $"gives '{Field(at, width)}' as its {what}");

    private RecordingFormatException Fault(int at, string what) => new(FormattableString.Invariant($"{name}, byte {at}: the EDF header {what}."));

    private static string ReadText(Stream stream, int length, string name)
    {
        byte[] bytes = new byte[length];
        int read = stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        return read == length
            ? Encoding.Latin1.GetString(bytes)
            : throw new RecordingFormatException($"{name}, byte {stream.Position}: the file ends within its EDF header.");
    }
}
