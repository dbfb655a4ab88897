using System.Text;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class FhirFrameCodecTests
{
    private const string Good = """{"resourceType":"Observation","effectiveDateTime":"2026-01-02T03:04:05Z","valueSampledData":{"origin":{"value":0,"code":"uV"},"period":4,"dimensions":1,"data":"1 2 3"}}""";

    private static readonly StreamDescriptor OneLead = new() { SampleRateHz = 250, Leads = [new LeadDescriptor("II")], MicrovoltsPerLsb = [1], Epoch = 4 };
    private static readonly StreamDescriptor TwoLeads = OneLead with { Leads = [new LeadDescriptor("II"), new LeadDescriptor("V1")] };

    [Theory]
    [InlineData("fhir-components")]
    [InlineData("fhir-dimensions")]
    public void Decode_GoldenObservation_IsItsTwin(string name)
    {
        EcgFrame fhir = new(), twin = new();
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode("application/fhir+json; fhirVersion=4.0", TwoLeads, File.ReadAllBytes(RepositoryFiles.Golden($"{name}.json")), fhir));
        Assert.Equal(FrameRejection.None, JsonFrameCodec.Decode(File.ReadAllBytes(RepositoryFiles.Golden($"{name}-twin.json")), null, twin));
        Assert.Equal((EcgFrame.Unplaced, DeviceTimeMark.FirstSample), (fhir.FirstSample, fhir.DeviceTimeMark));
        fhir.FirstSample = 0;
        Assert.Equal(twin.Samples.ToArray(), fhir.Samples.ToArray().Select(s => MathF.Round(s, 3)));
        Assert.Equal((twin.Epoch, twin.LeadOff, twin.DeviceTimeNs), (fhir.Epoch, fhir.LeadOff, fhir.DeviceTimeNs));
    }

    [Fact]
    public void Decode_AnySamples_GivesTheDescriptorsSteps() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        Random random = new(seed);
        int[] data = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(-5000, 5000))];
        int origin = random.Next(-2048, 2048), factor = random.Next(1, 9);
        string json = Good.Replace("\"value\":0", $"\"value\":{origin}", StringComparison.Ordinal)
            .Replace("1 2 3\"", $"{string.Join(' ', data)}\",\"factor\":{factor}", StringComparison.Ordinal);
        EcgFrame into = new();
        StreamDescriptor descriptor = OneLead with { MicrovoltsPerLsb = [2], Baseline = [100] };
        Assert.Equal(FrameRejection.None, Decode(json, descriptor, into));
        Assert.Equal(data.Select(d => ((origin + (factor * d)) / 2f) + 100), into.Samples.ToArray());
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("\"period\":4", "\"interval\":4,\"intervalUnit\":\"ms\"")]
    [InlineData("\"period\":4", "\"interval\":0.004,\"intervalUnit\":\"s\"")]
    [InlineData("\"period\":4", "\"interval\":4000,\"intervalUnit\":\"us\"")]
    [InlineData("\"period\":4", "\"interval\":250,\"intervalUnit\":\"Hz\"")]
    [InlineData("\"effectiveDateTime\":\"2026-01-02T03:04:05Z\"", "\"effectiveInstant\":\"2026-01-02T03:04:05Z\"")]
    [InlineData("\"effectiveDateTime\":\"2026-01-02T03:04:05Z\"", "\"effectivePeriod\":{\"start\":\"2026-01-02T03:04:05Z\",\"end\":\"2026-01-02T03:04:06Z\"}")]
    [InlineData("\"uV\"", "\"\\u00b5V\"")]
    [InlineData("1 2 3", "  1   2 3 ")]
    [InlineData("{\"value\":0", "{\"extension\":[{\"x\":{\"y\":[[1]]}}],\"value\":0")]
    public void Decode_OtherFormsOfTheSame_GiveTheSame(string from, string to)
    {
        EcgFrame into = new();
        Assert.Equal(FrameRejection.None, Decode(Good.Replace(from, to, StringComparison.Ordinal), OneLead, into));
        Assert.Equal([1, 2, 3], into.Samples.ToArray());
        Assert.True(IsoTime.TryParse("2026-01-02T03:04:05Z"u8, out long ns));
        Assert.Equal(ns, into.DeviceTimeNs);
    }

    [Theory]
    [InlineData("\"Observation\"", "\"Bundle\"", FrameRejection.BadMeasurement)]
    [InlineData("\"resourceType\"", "\"status\":\"entered-in-error\",\"resourceType\"", FrameRejection.BadMeasurement)]
    [InlineData("valueSampledData", "valueQuantity", FrameRejection.BadMeasurement)]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02", FrameRejection.BadTime)]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05", FrameRejection.BadTime)]
    [InlineData("effectiveDateTime", "issued", FrameRejection.BadTime)]
    [InlineData("\"uV\"", "\"mmol/L\"", FrameRejection.BadUnit)]
    [InlineData(",\"code\":\"uV\"", "", FrameRejection.BadUnit)]
    [InlineData("\"period\":4", "\"period\":-4", FrameRejection.BadUnit)]
    [InlineData("\"period\":4", "\"interval\":4,\"intervalUnit\":\"mm\"", FrameRejection.BadUnit)]
    [InlineData("\"period\":4", "\"period\":4,\"interval\":4", FrameRejection.BadUnit)]
    [InlineData("\"period\":4", "\"period\":8", FrameRejection.RateMismatch)]
    [InlineData("\"dimensions\":1", "\"dimensions\":3", FrameRejection.LeadCountMismatch)]
    [InlineData("\"dimensions\":1", "\"dimensions\":17", FrameRejection.BadJson)]
    [InlineData("\"dimensions\":1,", "", FrameRejection.BadJson)]
    [InlineData("1 2 3", "", FrameRejection.BadLength)]
    [InlineData("1 2 3", "1 2 U", FrameRejection.BadJson)]
    [InlineData("1 2 3", "1 2 x", FrameRejection.BadJson)]
    [InlineData("1 2 3", "1 2 3e1", FrameRejection.BadJson)]
    [InlineData("1 2 3", "1\\u00202 3", FrameRejection.BadJson)]
    [InlineData("1 2 3", "1 2 99999999999", FrameRejection.OutOfRange)]
    [InlineData("\"period\":4", "\"period\":4,\"offsets\":\"0 4 8\"", FrameRejection.BadCodec)]
    [InlineData("\"period\":4", "\"period\":4,\"period\":4", FrameRejection.BadJson)]
    [InlineData("}}", "}", FrameRejection.BadJson)]
    [InlineData("{\"resourceType\"", "[{\"resourceType\"", FrameRejection.BadJson)]
    public void Decode_OneThingWrong_IsRefusedWithItsReason(string from, string to, FrameRejection reason)
        => Assert.Equal(reason, Decode(Good.Replace(from, to, StringComparison.Ordinal), OneLead, new EcgFrame()));

    [Theory]
    [InlineData("131330", null, 0)]
    [InlineData("131074", null, 0)]
    [InlineData("MDC_ECG_ELEC_POTL_V1", null, 1)]
    [InlineData("MDC_ECG_LEAD_II", null, 0)]
    [InlineData("x", "Lead V1", 1)]
    [InlineData("x", "nonsense", -1)]
    [InlineData("x", "v1", 1)]
    [InlineData("131331", null, 1)]
    [InlineData("131389", null, -1)]
    [InlineData("2147483647", null, -1)]
    public void Decode_Component_IsTheLeadOfItsCode(string code, string? display, int lead)
    {
        EcgFrame into = new();
        FrameRejection fault = Decode(Components(Component(code, display)), TwoLeads, into);
        Assert.Equal(lead < 0 ? FrameRejection.BadLead : FrameRejection.None, fault);
        if (lead >= 0)
        {
            Assert.Equal([1, 2, 3], into.LeadSamples(lead).ToArray());
            Assert.Equal(1u << (1 - lead), into.LeadOff);
        }
    }

    [Fact]
    public void Decode_ComponentsThatDoNotFitEachOther_AreRefused()
    {
        Assert.Equal(FrameRejection.BadLead, Decode(Components(Component("131330"), Component("131074")), TwoLeads, new EcgFrame()));
        Assert.Equal(FrameRejection.RaggedLeads, Decode(Components(Component("131330"), Component("131331", data: "1 2")), TwoLeads, new EcgFrame()));
        Assert.Equal(FrameRejection.BadMeasurement, Decode(Components("""{"valueQuantity":{}}"""), TwoLeads, new EcgFrame()));
        Assert.Equal(FrameRejection.BadJson, Decode(Components("5"), TwoLeads, new EcgFrame()));
    }

    [Theory]
    [InlineData("E E E", 3, 1u, 0)]
    [InlineData("E 5 E", 1, 0u, 4)]
    [InlineData("5 E 6", 3, 1u, 0)]
    [InlineData("E E 7", 1, 0u, 8)]
    public void Decode_WithoutValue_IsAGapAtTheEdgesAndLeadOffWithin(string data, int samples, uint off, int laterMs)
    {
        EcgFrame whole = new(), into = new();
        Assert.Equal(FrameRejection.None, Decode(Good, OneLead, whole));
        Assert.Equal(FrameRejection.None, Decode(Good.Replace("1 2 3", data, StringComparison.Ordinal), OneLead, into));
        Assert.Equal((samples, off, laterMs * 1_000_000L), (into.SamplesPerLead, into.LeadOff, into.DeviceTimeNs - whole.DeviceTimeNs));
        Assert.All(into.Samples.ToArray(), s => Assert.True(float.IsFinite(s)));
    }

    /// <summary>The first value may lie behind the last instant that 64 bits of nanoseconds can say.</summary>
    [Fact]
    public void Decode_FirstValueBeyondTime_IsRefused()
    {
        string last = Good.Replace("2026-01-02T03:04:05Z", "2262-04-11T23:47:15.999Z", StringComparison.Ordinal);
        Assert.Equal(FrameRejection.None, Decode(last, OneLead, new EcgFrame()));
        string missing = string.Concat(Enumerable.Repeat("E ", 250));
        Assert.Equal(FrameRejection.BadTime, Decode(last.Replace("1 2 3", missing + "1", StringComparison.Ordinal), OneLead, new EcgFrame()));
    }

    [Fact]
    public void Decode_ThousandsOfComponents_IsTooLargeBeforeTheyAreLookedAt()
        => Assert.Equal(FrameRejection.TooLarge, Decode(Components([.. Enumerable.Repeat("{}", 3000)]), OneLead, new EcgFrame()));

    [Fact]
    public void Decode_WithoutADescriptor_IsRefused() => Assert.Equal(FrameRejection.NoDescriptor, Decode(Good, null, new EcgFrame()));

    [Fact]
    public void Decode_EveryTruncation_IsRefused()
    {
        for (int length = 0; length < Good.Length; length++)
            Assert.Equal(FrameRejection.BadJson, Decode(Good[..length], OneLead, new EcgFrame()));
    }

    private static string Component(string code, string? display = null, string data = "1 2 3")
    {
        string coding = $"\"code\":\"{code}\"{(display is null ? "" : $",\"display\":\"{display}\"")}";
        string sampled = $"\"origin\":{{\"code\":\"uV\"}},\"period\":4,\"dimensions\":1,\"data\":\"{data}\"";
        return $"{{\"code\":{{\"coding\":[{{{coding}}}]}},\"valueSampledData\":{{{sampled}}}}}";
    }

    private static string Components(params string[] components)
        => $"{{\"resourceType\":\"Observation\",\"effectiveDateTime\":\"2026-01-02T03:04:05Z\",\"component\":[{string.Join(',', components)}]}}";

    private static FrameRejection Decode(string json, StreamDescriptor? descriptor, EcgFrame into)
        => FhirFrameCodec.Decode(Encoding.UTF8.GetBytes(json), descriptor, into);
}
