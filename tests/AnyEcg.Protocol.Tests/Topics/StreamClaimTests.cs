using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

/// <summary>A payload that says whose it is must say what its topic says.</summary>
public sealed class StreamClaimTests
{
    private static readonly StreamKey Topic = new("ward 7", "bed-1");

    public static TheoryData<string, bool> Claims => new()
    {
        { "", true },
        { ""","group":"ward 7","stream":"bed-1" """, true },
        { ""","stream":"bed-1" """, true },
        { ""","group":"ward 7" """, true },
        { ""","stream":"bed\u002d1" """, true },
        { ""","group":"ward 8","stream":"bed-1" """, false },
        { ""","group":"ward 7","stream":"bed-2" """, false },
        { ""","stream":"BED-1" """, false },
        { ""","stream":"" """, false },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public void Frame_NamesItsStream_MustAgreeWithTheTopic(string claim, bool agrees)
    {
        byte[] json = Json("""{"firstSample":0,"samples":[[1]]""", claim);
        Assert.Equal(agrees ? FrameRejection.None : FrameRejection.StreamMismatch, FrameDecoder.Decode("application/json", null, json, new EcgFrame(), Topic));
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void Descriptor_NamesItsStream_MustAgreeWithTheTopic(string claim, bool agrees)
    {
        byte[] json = Json("""{"sampleRateHz":250,"leads":["II"],"microvoltsPerLsb":1""", claim);
        DescriptorRejection expected = agrees ? DescriptorRejection.None : DescriptorRejection.StreamMismatch;
        Assert.Equal(expected, DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, Topic));
        Assert.Equal(agrees, descriptor is not null);
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void StatusAndMark_NameTheirStream_MustAgreeWithTheTopic(string claim, bool agrees)
    {
        DocumentRejection expected = agrees ? DocumentRejection.None : DocumentRejection.StreamMismatch;
        Assert.Equal(expected, DeviceStatus.TryParse(Json("""{"state":"online" """, claim), out _, Topic));
        Assert.Equal(expected, PatientMark.TryParse(Json("""{"text":"dizzy" """, claim), out _, Topic));
    }

    [Fact]
    public void AnyClaim_ThatIsNoText_IsRefused()
    {
        const string claim = ",\"stream\":1";
        Assert.Equal(FrameRejection.BadJson, FrameDecoder.Decode("application/json", null, Json("""{"firstSample":0,"samples":[[1]]""", claim), new EcgFrame(), Topic));
        Assert.Equal(DescriptorRejection.BadJson, DescriptorJson.TryParse(Json("""{"sampleRateHz":250,"leads":["II"],"microvoltsPerLsb":1""", claim), out _, Topic));
        Assert.Equal(DocumentRejection.BadField, DeviceStatus.TryParse(Json("""{"state":"online" """, claim), out _, Topic));
    }

    [Fact]
    public void Frame_ClaimBeforeItsSamples_IsStillRead()
    {
        byte[] json = """{"stream":"bed-2","firstSample":0,"samples":[[1]]}"""u8.ToArray();
        Assert.Equal(FrameRejection.StreamMismatch, FrameDecoder.Decode("application/json", null, json, new EcgFrame(), Topic));
        Assert.Equal(FrameRejection.None, FrameDecoder.Decode("application/json", null, json, new EcgFrame()));
    }

    [Theory]
    [InlineData("{\"system\":\"urn:anyecg:stream\",\"value\":\"ward 7/bed-1\"}", FrameRejection.None)]
    [InlineData("{\"system\":\"urn:anyecg:stream\",\"value\":\"ward 7/bed-2\"}", FrameRejection.StreamMismatch)]
    [InlineData("{\"system\":\"urn:anyecg:stream\"}", FrameRejection.StreamMismatch)]
    [InlineData("{\"system\":\"urn:anyecg:stream\",\"value\":7}", FrameRejection.BadJson)]
    [InlineData("{\"system\":\"urn:example:serial\",\"value\":\"4711\"}", FrameRejection.None)]
    public void Fhir_NamesItsDevice_MustAgreeWithTheTopicWhereTheSystemIsOurs(string identifier, FrameRejection expected)
    {
        byte[] json = Json(
            """{"resourceType":"Observation","effectiveDateTime":"2026-01-02T03:04:05Z","valueSampledData":{"origin":{"value":0,"code":"uV"},"period":4,"dimensions":1,"data":"1 2 3"}""",
            $",\"device\":{{\"identifier\":{identifier}}}");
        StreamDescriptor descriptor = new() { SampleRateHz = 250, Leads = [new LeadDescriptor("II")], MicrovoltsPerLsb = [1] };
        Assert.Equal(expected, FrameDecoder.Decode("application/fhir+json", descriptor, json, new EcgFrame(), Topic));
        Assert.NotEqual(FrameRejection.StreamMismatch, FrameDecoder.Decode("application/fhir+json", descriptor, json, new EcgFrame()));
    }

    private static byte[] Json(string start, string claim) => Encoding.UTF8.GetBytes(start + claim + "}");
}
