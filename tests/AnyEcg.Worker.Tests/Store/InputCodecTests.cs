using System.Buffers;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker.Tests;

/// <summary>What is read back from the journal does to the engine what the first did.</summary>
public sealed class InputCodecTests
{
    private static readonly StreamKey Key = new("ward", "bed-1");

    [Fact]
    public void Frames_OfAnySamples_ComeBackBitForBit()
    {
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            EcgFrame frame = Frame(random, i % 4);
            EcgFrame read = Assert.IsType<EcgFrame>(Again(EngineInput.OfFrame(Key, frame), EngineInputKind.Frame, frame.ReceivedNs).Frame);

            Assert.Equal((frame.Epoch, frame.FirstSample, frame.LeadCount, frame.SamplesPerLead), (read.Epoch, read.FirstSample, read.LeadCount, read.SamplesPerLead));
            Assert.Equal((frame.DeviceTimeMark, frame.DeviceTimeNs, frame.ReceivedNs, frame.LeadOff), (read.DeviceTimeMark, read.DeviceTimeNs, read.ReceivedNs, read.LeadOff));
            Assert.Equal(frame.Valueless, read.Valueless);
            Assert.Equal(frame.Samples.ToArray().Select(BitConverter.SingleToInt32Bits), read.Samples.ToArray().Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void EveryKind_ComesBackWithItsNumber()
    {
        EngineInput clock = Again(EngineInput.OfClock(Key, ClockEvents.NoData | ClockEvents.Due, 77, 12), EngineInputKind.Clock, 77);
        Assert.Equal((ClockEvents.NoData | ClockEvents.Due, 77L, 12L, 5L), (clock.Clock, clock.TimeNs, clock.AfterData, clock.Sequence));
        EngineInput mark = Again(EngineInput.OfMark(Key, 66, 0), EngineInputKind.Mark, 99);
        Assert.Equal((66L, 5L), (mark.TimeNs, mark.Sequence));
        EngineInput status = Again(EngineInput.OfStatus(Key, online: true, 88, 0), EngineInputKind.Status, 88);
        Assert.Equal((true, 88L, 5L), (status.Online, status.TimeNs, status.Sequence));
        Assert.Equal(5, Again(EngineInput.OfClose(Key), EngineInputKind.Close, 1).Sequence);
    }

    [Fact]
    public void Format_ComesBackWithTheNamesOfItsLeads()
    {
        byte[] json = """{"sampleRateHz":250,"leads":["MLII","patch"],"microvoltsPerLsb":[5,2.5],"baseline":3,"mains":50,"clock":"synchronised"}"""u8.ToArray();
        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, Key));
        EngineInput first = DescribedStream.Of(descriptor!, json).ToInput(Key);
        EngineInput read = Again(first, EngineInputKind.Format, 1);

        Assert.Equal(["MLII", "patch"], read.LeadNames.ToArray());
        Assert.Equal(first.Format!.MicrovoltsPerLsb.ToArray(), read.Format!.MicrovoltsPerLsb.ToArray());
        Assert.Equal((250, MainsFrequency.Hz50, DeviceClockKind.Synchronised), (read.Format.SampleRateHz, read.Format.Mains, read.Format.Clock));
    }

    [Fact]
    public void Read_DamagedBody_IsRefused()
    {
        Random random = new(3);
        foreach (JournalKind kind in Enum.GetValues<JournalKind>().Append((JournalKind)200))
        {
            for (int i = 0; i < 300; i++)
            {
                byte[] body = new byte[random.Next(60)];
                random.NextBytes(body);
                try
                {
                    InputCodec.Read(Key, new JournalEntry(1, (byte)kind, 0, 0, 0, 0, body));
                }
                catch (InvalidDataException)
                {
                    // Refused, and nothing else.
                }
            }
        }
    }

    [Fact]
    public void SnapshotBody_Damaged_IsRefused()
    {
        byte[] state = [.. Enumerable.Range(0, 1001).Select(i => (byte)i)];
        byte[] body = new byte[SnapshotBody.Length(state)];
        SnapshotBody.Write(state, body);
        Assert.Equal(state, SnapshotBody.Read(body).ToArray());
        for (int i = 0; i < body.Length; i++)
        {
            body[i] ^= 4;
            Assert.Throws<InvalidDataException>(() => SnapshotBody.Read(body));
            body[i] ^= 4;
        }

        Assert.Throws<InvalidDataException>(() => SnapshotBody.Read(body[..^1]));
        byte[] none = new byte[SnapshotBody.Length([])];
        SnapshotBody.Write([], none);
        Assert.True(SnapshotBody.Read(none).IsEmpty);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(12345678901L, null, false)]
    [InlineData(0L, 4294967295u, false)]
    [InlineData(null, null, true)]
    public void GivenPosition_ComesBack(long? first, uint? epoch, bool bad)
    {
        GivenPosition given = new(first, epoch, bad);
        Assert.Equal(given, HeldFrames.Given(HeldFrames.Bytes(given)));
    }

    private static EngineInput Again(in EngineInput input, EngineInputKind kind, long receivedNs)
    {
        ArrayBufferWriter<byte> body = new();
        Assert.True(InputCodec.TryWrite(input, body));
        EngineInput read = InputCodec.Read(Key, new JournalEntry(5, (byte)InputCodec.KindOf(kind), receivedNs, 0, 0, 0, body.WrittenSpan.ToArray()));
        Assert.Equal((kind, Key), (read.Kind, read.Key));
        return read;
    }

    /// <summary>Small integers, wide ones, those beyond 16 bits, and fractions; some without a position.</summary>
    private static EcgFrame Frame(Random random, int sort)
    {
        EcgFrame frame = new()
        {
            Epoch = (uint)random.NextInt64(uint.MaxValue),
            DeviceTimeMark = (DeviceTimeMark)random.Next(3),
            ReceivedNs = random.NextInt64(),
        };
        frame.Resize(random.Next(1, 5), random.Next(1, 300));
        frame.LeadOff = (uint)random.Next(1 << frame.LeadCount);
        frame.DeviceTimeNs = frame.DeviceTimeMark == DeviceTimeMark.None ? 0 : random.NextInt64();
        bool unplaced = frame.DeviceTimeMark != DeviceTimeMark.None && random.Next(3) == 0;
        frame.FirstSample = unplaced ? EcgFrame.Unplaced : random.NextInt64(1L << 48);
        frame.Valueless = unplaced ? (random.Next(5), random.Next(5)) : default;
        foreach (ref float sample in frame.Samples)
        {
            sample = sort switch
            {
                0 => random.Next(-50, 50),
                1 => random.Next(short.MinValue, short.MaxValue + 1),
                2 => random.Next(-(1 << 23), 1 << 23),
                _ => (float)((random.NextDouble() * 100) - 50),
            };
        }

        return frame;
    }
}
