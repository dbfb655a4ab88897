using System.Text.Json;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

public sealed class TruthTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-truth-");

    private static readonly SimulatedDeviceOptions Device = new()
    {
        Key = new StreamKey("g", "s 1"),
        FirstEpoch = 7,
        Seed = 3,
        Synthetic = new SyntheticOptions
        {
            Leads = ["II", "V1"],
            Programme =
            [
                new() { Rhythm = SyntheticRhythm.Sinus, Seconds = 20, VentricularEvery = 5 },
                new() { Rhythm = SyntheticRhythm.VentricularFibrillation, Seconds = 10.5 },
                new() { Rhythm = SyntheticRhythm.DroppedBeats, Seconds = 20 },
            ],
        },
        DeviceFaults = new DeviceFaultOptions
        {
            Restarts = [new(33, 2), new(45, NewEpoch: false)],
            Electrodes = [new(5, 8) { Leads = [1] }],
            Noise = [new(NoiseKind.Muscle, 12, 100, 6)],
        },
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Of_Device_SaysWhatItsSamplesDo()
    {
        StreamTruth truth = TruthBuilder.Of(Device, 7, 1e6);
        Assert.Equal(50.5 * 250, truth.Samples);
        Assert.Equal([new TrueSpan(0, 5_000), new(5_000, 7_625), new(7_625, 12_625)], truth.Rhythms.Select(r => r.Span));
        Assert.Equal(new TrueSpan(8_250, 8_750), Assert.Single(truth.Gaps));
        Assert.Equal([new TrueEpoch(7, 0), new(8, 8_750), new(8, 11_250)], truth.Epochs.AsEnumerable());
        Assert.Equal(new TrueElectrode(new TrueSpan(1_250, 2_000), 2, ElectrodeSignal.Flat, true), Assert.Single(truth.Electrodes));
        Assert.Equal(new TrueNoise(new TrueSpan(3_000, 12_625), NoiseKind.Muscle, 6), Assert.Single(truth.Noise));
        Assert.DoesNotContain(truth.Beats, beat => beat.Sample is >= 5_000 and < 7_625);
    }

    [Fact]
    public void Of_EndlessProgramme_EndsWhereAsked()
    {
        SimulatedDeviceOptions endless = Device with { Synthetic = Device.Synthetic! with { Repeat = true } };
        StreamTruth truth = TruthBuilder.Of(endless, 1, 300);
        Assert.Equal(75_000, truth.Samples);
        Assert.True(truth.Beats[^1].Sample is > 70_000 and < 75_000);
        Assert.Equal(75_000, truth.Rhythms[^1].Span.End);
        Assert.Equal(TruthBuilder.MaxBeats, TruthBuilder.Of(endless, 1, 1e9).Beats.Length);
    }

    /// <summary>The record on disk is the stream, and its annotations are the truth.</summary>
    [Fact]
    public void Write_Device_IsARecordWithItsTruth()
    {
        using (SimulatedDevice device = new(Device, new ManualTime()))
            RecordFiles.Write(device, folder.FullName, 1e6);
        string path = Path.Combine(folder.FullName, "s_1");
        StreamTruth truth = TruthBuilder.Of(Device, 7, 1e6);
        Dictionary<long, float[]> stream = Stream();

        using Recording record = Recording.Open(path);
        Assert.Equal(truth.Samples, record.SampleCount);
        float[] block = new float[2 * truth.Samples];
        Assert.Equal(truth.Samples, record.Read(block, (int)truth.Samples));
        for (long i = 0; i < truth.Samples; i++)
        {
            float[] expected = stream.GetValueOrDefault(i, [float.NaN, float.NaN]);
            Assert.Equal((expected[0], expected[1]), (block[i], block[truth.Samples + i]));
        }

        Assert.Empty(record.Warnings);
        IReadOnlyList<Annotation> annotations = AnnotationReader.ReadAll(path + ".atr");
        Assert.Equal(truth.Beats, annotations.Where(a => a.Code is AnnotationCode.Normal or AnnotationCode.PrematureVentricular or AnnotationCode.NonConductedPWave).Select(a => new TrueBeat(a.Sample, a.Code)));
        Assert.Equal(
            [(0L, RhythmClass.Sinus), (5_000, RhythmClass.VentricularFibrillation), (7_625, RhythmClass.Other)],
            RhythmIntervals.From(annotations, truth.Samples).Select(r => (r.Start, r.Rhythm)));
    }

    [Fact]
    public void Json_OfTheTruth_HasItsBeatsAndRhythms()
    {
        using (SimulatedDevice device = new(Device, new ManualTime()))
            RecordFiles.Write(device, folder.FullName, 1e6);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.FullName, "s_1.truth.json")));
        StreamTruth truth = TruthBuilder.Of(Device, 7, 1e6);
        JsonElement beats = json.RootElement.GetProperty("beats");
        Assert.Equal(beats.GetProperty("samples").GetArrayLength(), beats.GetProperty("classes").GetString()!.Length);
        Assert.Equal(truth.Beats.Count(b => b.Code != AnnotationCode.NonConductedPWave), beats.GetProperty("samples").GetArrayLength());
        Assert.Equal(
            ["sinus", "ventricular-fibrillation", "dropped-beats"],
            json.RootElement.GetProperty("rhythms").EnumerateArray().Select(r => r.GetProperty("rhythm").GetString()));
        Assert.Equal("ecg-sim/v1/g/s 1/truth", TruthJson.Topic(Device.Key));
    }

    [Fact]
    public void Of_DownToTheEnd_IsAGapWithoutANewEpoch()
    {
        SimulatedDeviceOptions down = Device with { DeviceFaults = new DeviceFaultOptions { Restarts = [new(40, 1_000)] } };
        StreamTruth truth = TruthBuilder.Of(down, 7, 1e6);
        Assert.Equal(new TrueSpan(10_000, 12_625), Assert.Single(truth.Gaps));
        Assert.Equal(new TrueEpoch(7, 0), Assert.Single(truth.Epochs));
    }

    [Fact]
    public void Of_Recording_Throws() => Assert.Throws<ArgumentException>(() => TruthBuilder.Of(new SimulatedDeviceOptions { Key = Device.Key, Record = "r" }, 1, 1));

    /// <summary>What the device sends, by its position since the first sample.</summary>
    private static Dictionary<long, float[]> Stream()
    {
        using SimulatedDevice device = new(Device with { FrameSeconds = 0.7 }, new ManualTime());
        Dictionary<long, float[]> samples = [];
        EcgFrame frame = new();
        long origin = 0, last = -1;
        foreach (DeviceMessage message in device.Script().Where(m => m.Kind == Protocol.InputKind.Frame))
        {
            Assert.Equal(Protocol.FrameRejection.None, Protocol.NativeFrameCodec.Decode(message.Payload.Span, frame));
            origin = frame.FirstSample > last ? origin : origin == 0 ? 8_750 : 11_250;
            last = frame.FirstSample;
            for (int i = 0; i < frame.SamplesPerLead; i++)
                samples.Add(origin + frame.FirstSample + i, [frame.LeadSamples(0)[i], frame.LeadSamples(1)[i]]);
        }

        return samples;
    }
}
