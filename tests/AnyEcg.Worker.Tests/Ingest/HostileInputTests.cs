using System.Text;

namespace AnyEcg.Worker.Tests;

/// <summary>Invariant 9: any bytes on any topic are counted, and never thrown at the receive loop.</summary>
public sealed class HostileInputTests
{
    private const int Messages = 20_000;

    private static readonly string[] Kinds = ["frame", "frame", "frame", "meta", "status", "mark", "cmd", "", "frame/x"];
    private static readonly string?[] Types = [Wire.Native, Wire.Native, Wire.Native, Wire.Native, Wire.Json, Wire.Json, null, "", "text/plain", "application/json; charset=utf-8"];

    private readonly Random random = new(20260301);
    private readonly byte[][] seeds =
    [
        Wire.Frame(), Wire.Frame(Wire.Rate), Wire.Frame(leads: 2), Wire.Frame(codec: Protocol.FrameCodec.Float32), Wire.Frame(codec: Protocol.FrameCodec.DeltaVarint),
        Wire.NotANumber(), Wire.Descriptor(), Wire.Descriptor(2), Wire.Status(Protocol.DeviceState.Online), Wire.Status(Protocol.DeviceState.Offline),
        Encoding.UTF8.GetBytes("{\"firstSample\":0,\"samples\":[[1,2,3,4]]}"), "[]"u8.ToArray(), [],
    ];

    [Fact]
    public void AnyPayload_OnAnyTopic_IsCountedAndNeverThrown()
    {
        IngestRig rig = new();
        rig.Describe();
        for (int i = 0; i < Messages; i++)
        {
            rig.Engine.Full = random.Next(10) == 0;
            rig.Clock.Advance(random.NextDouble() / 10);
            rig.Deliver(Topic(), Payload(), Types[random.Next(Types.Length)]);
            if (i % 20 == 0)
            {
                rig.Describe();
            }

            if (i % 500 == 0)
            {
                rig.AssertConserved();
            }
        }

        rig.AssertConserved();
        Assert.True(rig.Counters.FramesSubmitted > 100, "The property must also see good frames.");
        Assert.True(rig.Counters.RejectedOf("frame") > 1000, "The property must see bad ones.");
        Assert.InRange(rig.Directory.Count, 0, 10);
        Assert.InRange(rig.Counters.Rejected.Count, 5, 100);
    }

    private string Topic()
    {
        string root = random.Next(20) == 0 ? "anyecg/v1" : random.Next(50) == 0 ? "x" : "ecg/v1";
        string stream = random.Next(4) == 0 ? Noise(random.Next(80)) : $"bed-{random.Next(1, 4)}";
        return $"{root}/ward/{stream}/{Kinds[random.Next(Kinds.Length)]}";
    }

    private byte[] Payload()
    {
        byte[] payload = [.. seeds[random.Next(seeds.Length)]];
        for (int changes = random.Next(-4, 3); changes > 0 && payload.Length > 0; changes--)
        {
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
        }

        return random.Next(6) == 0 ? payload[..random.Next(payload.Length + 1)] : payload;
    }

    private string Noise(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(1, 0x3000)));
}
