using System.Buffers;
using System.Globalization;
using System.Text;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

/// <summary>The table of bytes per second in docs/devices.md is what the codecs write for the bundled recordings.</summary>
public sealed class FrameSizeTests
{
    private static readonly string[] Records = ["vf_cu01", "af_A00395", "af_219"];

    private static readonly (string Name, Func<EcgFrame, StreamDescriptor, int> Size)[] Codecs =
    [
        ("native, delta-varint", (f, _) => FrameEncoding.DeltaVarint.Encode(f).Length),
        ("native, int16", (f, _) => FrameEncoding.Int16.Encode(f).Length),
        ("CBOR, int16 typed arrays", (f, _) => FrameEncoding.Cbor.Encode(f).Length),
        ("native, int24", (f, _) => FrameEncoding.Int24.Encode(f).Length),
        ("native, float32", (f, _) => FrameEncoding.Float32.Encode(f).Length),
        ("Polar, a notification of 73 samples", (f, _) => (10 + (3 * 73)) * f.SamplesPerLead / 73),
        ("JSON, numbers", (f, _) => FrameEncoding.Json.Encode(f).Length),
        ("FHIR", (f, d) => Observation(f, d).Length),
    ];

    [Fact]
    public void Table_OfBytesPerSecond_IsMeasured()
    {
        StringBuilder table = new();
        foreach ((string name, Func<EcgFrame, StreamDescriptor, int> size) in Codecs)
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", Records.Select(r => Cell(name, r, size)))} |\n");
        Assert.True(Guide.Text.Contains(table.ToString(), StringComparison.Ordinal), $"The table should be:\n{table}");
    }

    private static string Cell(string codec, string record, Func<EcgFrame, StreamDescriptor, int> size)
    {
        using FrameSource source = FrameSource.Open(Path.Combine(Guide.Root, "recordings", record), new FrameSourceOptions { FrameSeconds = 1 });
        if (codec.StartsWith("Polar", StringComparison.Ordinal) && source.Format.Leads.Count > 1)
            return "-";
        EcgFrame frame = new();
        (long bytes, long samples) = (0, 0);
        while (source.TryNext(frame))
        {
            bytes += size(frame, source.Descriptor);
            samples += frame.SamplesPerLead;
        }

        return Math.Round(bytes / (samples / source.Format.SampleRateHz)).ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <summary>The smallest that the codec reads; checked by reading it.</summary>
    private static byte[] Observation(EcgFrame frame, StreamDescriptor descriptor)
    {
        IEnumerable<string> data = Enumerable.Range(0, frame.SamplesPerLead)
            .SelectMany(i => Enumerable.Range(0, frame.LeadCount).Select(lead => frame.LeadSamples(lead)[i].ToString(CultureInfo.InvariantCulture)));
        string json = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:oid:2.16.840.1.113883.6.24\",\"code\":\"131328\"}]},"
            + "\"effectiveDateTime\":\"2026-01-02T03:04:05.000Z\",\"valueSampledData\":{\"origin\":{\"value\":0,\"system\":\"http://unitsofmeasure.org\",\"code\":\"uV\"},"
            + string.Create(CultureInfo.InvariantCulture, $"\"period\":{1000 / descriptor.SampleRateHz:0.####},\"dimensions\":{frame.LeadCount},\"data\":\"{string.Join(' ', data)}\"}}}}");
        byte[] message = Encoding.UTF8.GetBytes(json);
        Assert.Equal(FrameRejection.None, FhirFrameCodec.Decode(message, descriptor, new EcgFrame()));
        return message;
    }
}
