using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

/// <summary>Invariant 9: any byte sequence is either read or rejected; it never throws and never takes memory beyond its bounds.</summary>
public sealed class HostileInputTests
{
    /// <summary>For each decoder, over all of its seeds.</summary>
    private const int Inputs = 20_000;

    private static readonly string[] JsonFrames =
    [
        """{"epoch":3,"firstSample":500,"deviceTime":"2026-01-02T03:04:05.5Z","deviceTimeOf":"last","leadOff":[1],"samples":[[1,2.5],[-3,4]]}""",
        """{"firstSample":0,"leads":2,"encoding":"int16","base64":"AQD//w==","x":{"y":[1,{"z":"\u00e9\ud83d\ude00"}]}}""",
    ];

    private static readonly string[] Documents =
    [
        """{"sampleRateHz":360,"leads":[{"name":"MLII","mdc":131074},"V1"],"microvoltsPerLsb":[5,5],"baseline":1024,"adcMin":0,"adcMax":2047,"epoch":1,"clock":"free","mains":60,"contentType":"application/json","age":70,"sex":"female"}""",
        """{"state":"leadoff","leadOff":[0,2],"battery":50,"workerId":"w","time":"2026-01-02T03:04:05Z","groups":["a"],"streams":3}""",
        """{"epoch":1,"sample":5,"time":"2026-01-02T03:04:05Z","text":"dizzy \ud83d\ude00"}""",
        """{"command":"acknowledge","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","operator":"nurse \u00e9","reason":"seen","time":"2026-01-02T03:04:05Z"}""",
    ];

    private static readonly StreamDescriptor Patch = new() { SampleRateHz = 130, Leads = [new LeadDescriptor("ECG")], MicrovoltsPerLsb = [1] };

    [Theory]
    [InlineData(FrameCodec.Int16)]
    [InlineData(FrameCodec.Int24)]
    [InlineData(FrameCodec.Float32)]
    [InlineData(FrameCodec.DeltaVarint)]
    public void NativeDecode_MutatedMessages_NeverThrows(FrameCodec codec)
    {
        EcgFrame into = new();
        Mutate(Frames.Encode(Frames.Any(codec, 21), codec), 1, message =>
        {
            FrameDecoder.Decode(NativeFrameCodec.ContentType, null, message, into);
            if (NativeFrameCodec.Decode(NativeFrameCodecTests.Resealed(message), into) == FrameRejection.None)
                Assert.All(into.Samples.ToArray(), sample => Assert.True(Math.Abs(sample) <= FrameLimits.MaxMagnitude));
        });
    }

    [Fact]
    public void JsonDecode_MutatedMessages_NeverThrows()
    {
        EcgFrame into = new();
        foreach (string json in JsonFrames)
            Mutate(Encoding.UTF8.GetBytes(json), 2, message => FrameDecoder.Decode(JsonFrameCodec.ContentType, null, message, into), Inputs / JsonFrames.Length);
    }

    [Theory]
    [InlineData("cbor-typed", CborFrameCodec.ContentType)]
    [InlineData("cbor-grid", CborFrameCodec.ContentType)]
    [InlineData("cbor-plain", CborFrameCodec.ContentType)]
    [InlineData("polar-ecg", PolarFrameCodec.ContentType)]
    public void OtherCodecs_MutatedMessages_NeverThrowNorAllocate(string vector, string contentType)
    {
        EcgFrame into = new();
        into.Resize(LeadSet.MaxLeads, FrameLimits.MaxSamplesPerLead);
        Mutate(RepositoryFiles.Hex(vector), 5, message =>
        {
            if (FrameDecoder.Decode(contentType, Patch, message, into) == FrameRejection.None)
                Assert.All(into.Samples.ToArray(), sample => Assert.True(Math.Abs(sample) <= FrameLimits.MaxMagnitude));
        }, Inputs / 4);
    }

    [Theory]
    [InlineData("fhir-components")]
    [InlineData("fhir-dimensions")]
    public void FhirDecode_MutatedMessages_NeverThrows(string vector)
    {
        EcgFrame into = new();
        StreamDescriptor two = Patch with { SampleRateHz = 250, Leads = [new LeadDescriptor("II"), new LeadDescriptor("V1")] };
        Mutate(File.ReadAllBytes(RepositoryFiles.Golden($"{vector}.json")), 6, message => FrameDecoder.Decode(FhirFrameCodec.ContentType, two, message, into), Inputs / 4);
    }

    [Fact]
    public void Documents_Mutated_AreReadOrRefused()
    {
        foreach (string json in Documents)
        {
            Mutate(Encoding.UTF8.GetBytes(json), 3, message =>
            {
                Assert.Equal(DescriptorJson.TryParse(message, out StreamDescriptor? descriptor) == DescriptorRejection.None, descriptor is not null);
                _ = descriptor?.ToStreamFormat();
                Assert.Equal(DeviceStatus.TryParse(message, out DeviceStatus? device) == DocumentRejection.None, device is not null);
                Assert.Equal(WorkerStatus.TryParse(message, out WorkerStatus? worker) == DocumentRejection.None, worker is not null);
                Assert.Equal(PatientMark.TryParse(message, out PatientMark? mark) == DocumentRejection.None, mark is not null);
                Assert.Equal(CommandRequest.TryParse(message, out CommandRequest? command) == CommandRejection.None, command is not null);
                _ = AlertReading.TryParse(message);
            }, Inputs / Documents.Length);
        }
    }

    [Fact]
    public void Topics_Mutated_AreParsedOrRefused()
    {
        Mutate("ecg/v1/ward-7/patch-0042/frame"u8.ToArray(), 4, message =>
        {
            string topic = Encoding.Latin1.GetString(message);
            if (InputTopic.TryParse(topic, out InputTopic parsed) == TopicRejection.None)
                Assert.Equal(topic, $"{SubscriptionFilter.Root(parsed.Kind)}/{parsed.Key}/{SubscriptionFilter.LastLevel(parsed.Kind)}");
        });
    }

    /// <summary>Feeds mutations of a good message and holds the run to 100 KB an input: exceptions caught inside cost some.</summary>
    private static void Mutate(byte[] seed, int randomSeed, Action<byte[]> feed, int inputs = Inputs)
    {
        Random random = new(randomSeed);
        feed([.. seed]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < inputs; i++)
            feed(Mutated(seed, random));
        long perInput = (GC.GetAllocatedBytesForCurrentThread() - before) / inputs;
        Assert.InRange(perInput, 0, 100_000);
    }

    private static byte[] Mutated(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int edits = random.Next(1, 6); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3 when at < bytes.Count:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at) + 1));
                    break;
                default:
                    int from = random.Next(seed.Length);
                    bytes.InsertRange(at, seed[from..Math.Min(seed.Length, from + random.Next(1, 9))]);
                    break;
            }
        }

        return [.. bytes];
    }
}
