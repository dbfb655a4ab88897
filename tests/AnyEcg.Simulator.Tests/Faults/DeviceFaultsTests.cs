using System.Text;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

/// <summary>Faults of a device, seen in what it sends.</summary>
public sealed class DeviceFaultsTests
{
    private const int Rate = 250;

    [Fact]
    public void Restart_WithNewEpoch_CountsFromZeroAndSaysSo()
    {
        List<DeviceMessage> messages = Play(new DeviceFaultOptions { Restarts = [new(4.5, 1.5)] });
        Assert.Equal(
            [(7u, 0L, 250), (7, 250, 250), (7, 500, 250), (7, 750, 250), (7, 1000, 125), (8, 0, 250), (8, 250, 250), (8, 500, 250), (8, 750, 250)],
            Frames(messages).Select(f => (f.Epoch, f.First, f.Count)));
        Assert.Equal([7u, 8], messages.Where(m => m.Kind == InputKind.Meta).Select(Epoch));
    }

    [Fact]
    public void Restart_WithoutNewEpoch_CountsFromZeroInTheOldOne()
    {
        List<DeviceMessage> messages = Play(new DeviceFaultOptions { Restarts = [new(5, 0, NewEpoch: false)] });
        Assert.Equal([0L, 250, 500, 750, 1000, 0, 250, 500, 750, 1000], Frames(messages).Select(f => f.First));
        Assert.All(Frames(messages), frame => Assert.Equal(7u, frame.Epoch));
    }

    [Fact]
    public void Clock_DriftingAndSet_ShowsIt()
    {
        DeviceFaultOptions faults = new() { DriftPpm = 1_000, ClockJumps = [new(5, -30)] };
        (uint, long First, int, uint, long TimeNs)[] frames = [.. Frames(Play(faults))];
        long start = frames[0].TimeNs;
        Assert.Equal(
            Enumerable.Range(0, 10).Select(s => Math.Round((s * 1.001) - (s >= 5 ? 30 : 0), 6)),
            frames.Select(f => Math.Round((f.TimeNs - start) * 1e-9, 6)));
    }

    [Fact]
    public void RateError_FramesComeAtTheTrueRate()
    {
        List<DeviceMessage> messages = Play(new DeviceFaultOptions { RateErrorPercent = 1 });
        DeviceMessage[] frames = [.. messages.Where(m => m.Kind == InputKind.Frame)];
        Assert.Equal(11, frames.Length);
        Assert.Equal(1 / 1.01, frames[0].AtSeconds, 1e-9);
        Assert.Equal(2525, Frames(messages).Sum(f => f.Count));
    }

    [Fact]
    public void Electrode_Flagged_CutsTheFrameAndTellsInTheStatus()
    {
        List<DeviceMessage> messages = Play(new DeviceFaultOptions { Electrodes = [new(2.5, 4)] });
        Assert.Equal(
            [(0L, 0u), (250, 0), (500, 0), (625, 1), (750, 1), (1000, 0)], Frames(messages).Take(6).Select(f => (f.First, f.Off)));
        DeviceStatus[] statuses = [.. messages.Where(m => m.Kind == InputKind.Status).Select(Status)];
        Assert.Equal([DeviceState.Online, DeviceState.LeadOff, DeviceState.Online, DeviceState.Offline], statuses.Select(s => s.State));
    }

    [Fact]
    public void Battery_Empties_StepByStep()
    {
        List<DeviceMessage> messages = Play(new DeviceFaultOptions { BatteryPercent = 50.5, BatteryPerHour = 1_200 });
        int?[] left = [.. messages.Where(m => m.Kind == InputKind.Status).Select(m => Status(m).Battery)];
        Assert.Equal([51, 50, 49, 48, null], left);
    }

    [Fact]
    public void Button_Pressed_NamesItsSample()
    {
        List<DeviceMessage> messages = Play(new DeviceFaultOptions { Marks = [new(3.2, "dizzy")], Restarts = [new(1, 1)] });
        DeviceMessage mark = Assert.Single(messages, m => m.Kind == InputKind.Mark);
        Assert.Equal("{\"epoch\":8,\"sample\":300,\"text\":\"dizzy\"}", Encoding.UTF8.GetString(mark.Payload.Span));
        Assert.Equal(DocumentRejection.None, PatientMark.TryParse(mark.Payload, out PatientMark? read));
        Assert.Equal(new PatientMark(8, 300, null, "dizzy"), read);
        Assert.Equal((3.2, "ecg/v1/g/s/mark"), (mark.AtSeconds, mark.Topic));
    }

    [Fact]
    public void Reorder_Deep_IsOvertakenThatOften()
    {
        long[] firsts = [.. Frames(Play(new DeviceFaultOptions(), new FaultOptions { Reorder = 0.3, ReorderDepth = 3 }, 100)).Select(f => f.First / Rate)];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), firsts.Order());
        for (int i = 0; i < firsts.Length - 4; i++)
        {
            if (firsts[i] != i && Array.IndexOf(firsts, i, 0, i) < 0)
                Assert.Equal(i, firsts[i + 3]);
        }
    }

    [Fact]
    public void Validate_ManyFaults_NamesThemAll()
    {
        DeviceFaultOptions bad = new()
        {
            DriftPpm = double.NaN,
            RateErrorPercent = 50,
            ClockJumps = [new(-1, 0)],
            Restarts = [new(1, -1)],
            BatteryPercent = 101,
            Electrodes = [new(2, 1)],
            Noise = [new(NoiseKind.Hum, 0, 1, 100), new(NoiseKind.Record, 0, 1, 0)],
            Marks = [new(1, new string('x', 201))],
        };
        Assert.Equal(9, bad.Validate().Count());
        Assert.Empty(new DeviceFaultOptions().Validate());
    }

    private static List<DeviceMessage> Play(DeviceFaultOptions faults, FaultOptions? network = null, double seconds = 10)
    {
        using SimulatedDevice device = new(
            new SimulatedDeviceOptions
            {
                Key = new StreamKey("g", "s"),
                FirstEpoch = 7,
                Synthetic = new SyntheticOptions { Programme = [new() { Rhythm = SyntheticRhythm.Sinus, Seconds = seconds }] },
                DeviceFaults = faults,
                Faults = network ?? new FaultOptions(),
            },
            new ManualTime());
        return [.. device.Script()];
    }

    private static IEnumerable<(uint Epoch, long First, int Count, uint Off, long TimeNs)> Frames(List<DeviceMessage> messages)
    {
        EcgFrame frame = new();
        foreach (DeviceMessage message in messages.Where(m => m.Kind == InputKind.Frame))
        {
            Assert.Equal(FrameRejection.None, NativeFrameCodec.Decode(message.Payload.Span, frame));
            yield return (frame.Epoch, frame.FirstSample, frame.SamplesPerLead, frame.LeadOff, frame.DeviceTimeNs);
        }
    }

    private static uint Epoch(DeviceMessage message)
    {
        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(message.Payload, out StreamDescriptor? descriptor));
        return descriptor!.Epoch;
    }

    private static DeviceStatus Status(DeviceMessage message)
    {
        Assert.Equal(DocumentRejection.None, DeviceStatus.TryParse(message.Payload, out DeviceStatus? status));
        return status!;
    }
}
