using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>
/// A device's samples as a WFDB record of format 16, with its faults, and the truth beside it as annotations (<c>.atr</c>) and as
/// JSON (<c>.truth.json</c>). Samples that the device did not take are missing in the file, too.
/// </summary>
public static class RecordFiles
{
    /// <summary>The code of format 16 for a sample that is missing.</summary>
    private const short Missing = short.MinValue;

    /// <summary>Writes STREAM.hea, .dat, .atr and .truth.json into a folder, which is made where it is missing; files are replaced.</summary>
    /// <param name="device">Not yet enumerated; it is used up.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="seconds">How much at most.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="RecordingFormatException">A recording is damaged, or its samples have more than 16 bits.</exception>
    public static void Write(SimulatedDevice device, string folder, double seconds)
    {
        Directory.CreateDirectory(folder);
        string name = FileName(device.Options.Key.Stream);
        string path = Path.Combine(folder, name);
        double rate = device.Descriptor.SampleRateHz * (1 + (device.Options.DeviceFaults.RateErrorPercent / 100));
        SampleSums sums = new(device.Descriptor.Leads.Length);
        using (FileStream data = File.Create(path + ".dat"))
        using (BufferedStream buffered = new(data, 1 << 16))
        {
            long position = 0;
            foreach ((EcgFrame frame, long first) in device.Samples((long)Math.Round(seconds * rate)))
            {
                for (; position < first; position++)
                    sums.Write(buffered, null, 0);
                for (int i = 0; i < frame.SamplesPerLead; i++, position++)
                    sums.Write(buffered, frame, i);
            }
        }

        File.WriteAllText(path + ".hea", Header(device, name, sums), Encoding.ASCII);
        if (device.Options.Synthetic is null)
            return;
        StreamTruth truth = TruthBuilder.Of(device.Options, device.Options.FirstEpoch ?? 1, seconds);
        AnnotationWriter.WriteAll(path + ".atr", TruthAnnotations.From(truth));
        System.Buffers.ArrayBufferWriter<byte> json = new();
        TruthJson.Write(truth, json);
        File.WriteAllBytes(path + ".truth.json", json.WrittenSpan);
    }

    /// <summary>WFDB takes letters, digits, underscores and hyphens.</summary>
    private static string FileName(string stream) => string.Concat(stream.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));

    private static string Header(SimulatedDevice device, string name, SampleSums sums)
    {
        StreamFormat format = device.Descriptor.ToStreamFormat();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{name} {format.Leads.Count} {format.SampleRateHz:R} {sums.Count}\n");
        for (int lead = 0; lead < format.Leads.Count; lead++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{name}.dat 16 {1000 / format.MicrovoltsPerLsb[lead]:R}({Math.Round(format.Baseline[lead]):0})/mV 16 0 {sums.Initial[lead]} {(short)sums.Sum[lead]} 0 {device.Descriptor.Leads[lead].Name}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# simulated, seed {device.Options.Seed}; not a recording of a person\n");
        return text.ToString();
    }

    /// <summary>Writes samples and keeps what the header says of them.</summary>
    private sealed class SampleSums(int leads)
    {
        public long Count { get; private set; }

        public short[] Initial { get; } = new short[leads];

        public ushort[] Sum { get; } = new ushort[leads];

        public void Write(Stream to, EcgFrame? frame, int sample)
        {
            Span<byte> bytes = stackalloc byte[2];
            for (int lead = 0; lead < leads; lead++)
            {
                float value = frame is null ? Missing : frame.LeadSamples(lead)[sample];
                if (value is < short.MinValue or > short.MaxValue)
                    throw new RecordingFormatException($"Sample {Count} of lead {lead} is {value}: more than the 16 bits of the file.");
                short code = frame is null ? Missing : Math.Max((short)value, (short)(Missing + 1));
                if (Count == 0)
                    Initial[lead] = code;
                Sum[lead] = unchecked((ushort)(Sum[lead] + (ushort)code));
                BinaryPrimitives.WriteInt16LittleEndian(bytes, code);
                to.Write(bytes);
            }

            Count++;
        }
    }
}
