using System.Collections.Immutable;

namespace AnyEcg.Recordings;

/// <summary>ISHNE Holter files: 16-bit samples, lead by lead in every frame; -32768 where there is none. Owns its stream.</summary>
internal sealed class IshneReader : SignalReader
{
    private const double NanovoltsPerMillivolt = 1e6;

    /// <summary>Names of the lead codes, from the code 5 on.</summary>
    private static readonly string[] FromCode5 = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6", "ES", "AS", "AI"];

    private readonly PackedSamples samples;
    private readonly long count;
    private readonly List<string> warnings = [];
    private readonly int[] block = new int[4096];

    /// <exception cref="RecordingFormatException">The header is damaged, or the file is shorter than it says.</exception>
    public IshneReader(Stream stream, string name)
    {
        IshneHeader header = IshneHeader.Read(stream, name);
        samples = new PackedSamples(stream, SampleFormat.Int16, header.EcgOffset);
        count = CountSamples(header, name);
        Signals = [.. header.Leads.Select(lead => ToRecorded(lead.Spec, lead.ResolutionNv, header.SampleRateHz))];
        Info = new RecordingInfo
        {
            Name = Path.GetFileNameWithoutExtension(name),
            Kind = "ISHNE",
            StartTime = header.StartTime,
            Patient = header.Patient,
        };
        if (!header.IsChecked)
        {
            warnings.Add($"{name}: the header has no checksum");
        }
    }

    public override RecordingInfo Info { get; }

    public override ImmutableArray<RecordedSignal> Signals { get; }

    public override IReadOnlyList<string> Warnings => warnings;

    public override long CountOf(int signal) => count;

    public override int Read(int signal, long first, Span<double> destination)
    {
        int wanted = (int)Math.Min(destination.Length, Math.Max(0, count - first));
        int done = 0;
        while (done < wanted)
        {
            int part = Math.Min(block.Length, wanted - done);
            int got = samples.Read(new FrameSlot(Signals.Length, signal, 1), first + done, block.AsSpan(0, part));
            if (got < part)
            {
                throw new RecordingFormatException($"{Info.Name} ends after sample {first + done + got}.");
            }

            for (int i = 0; i < part; i++)
            {
                destination[done + i] = block[i] == samples.Missing ? double.NaN : block[i];
            }

            done += part;
        }

        return wanted;
    }

    public override void Dispose() => samples.Dispose();

    private long CountSamples(IshneHeader header, string name)
    {
        int leads = header.Leads.Length;
        long perLead = samples.Count / leads;
        long stated = header.SampleCount == samples.Count && samples.Count % leads == 0 ? perLead : header.SampleCount;
        if (stated > perLead)
        {
            throw new RecordingFormatException($"{name} is cut short: it holds {perLead} samples of each lead, its header says {header.SampleCount}.");
        }

        if (stated < perLead)
        {
            warnings.Add($"{name}: the file holds {perLead} samples of each lead, its header says {header.SampleCount}: the rest is left alone");
        }

        return stated;
    }

    private static RecordedSignal ToRecorded(int spec, int resolutionNv, double rate) => new()
    {
        Name = spec - 5 is >= 0 and var known && known < FromCode5.Length ? FromCode5[known] : spec switch { 2 => "X", 3 => "Y", 4 => "Z", _ => "" },
        SampleRateHz = rate,
        AdcGain = NanovoltsPerMillivolt / resolutionNv,
        Baseline = 0,
    };
}
