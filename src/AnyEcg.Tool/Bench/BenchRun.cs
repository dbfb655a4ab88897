using System.Buffers;
using System.Diagnostics;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Drives the worker's pipeline from encoded frames to alerts: each simulated second, one native frame of every stream is
/// decoded and submitted, then the engine works until nothing is left. So all streams' frames arrive at the same instant, and
/// frame-to-alert counts from there: the worst case of a real load at the same rate. One thread submits and steps.
/// </summary>
internal sealed class BenchRun : IDisposable
{
    private readonly int streams;
    private readonly StreamEngine engine;
    private readonly AlertCount output = new();
    private readonly BenchSignal signal;
    private readonly EcgFrame[] frames;
    private readonly StreamKey[] keys;
    private readonly ArrayBufferWriter<byte> encoded = new(1 << 16);
    private readonly TimeProvider time = TimeProvider.System;

    public BenchRun(IModelRunner model, BenchSignal signal, int streams)
    {
        this.signal = signal;
        this.streams = streams;
        frames = [.. Enumerable.Range(0, streams).Select(_ => new EcgFrame())];
        keys = [.. Enumerable.Range(0, streams).Select(i => new StreamKey("bench", $"s{i}"))];
        EngineOptions options = new() { MaxBatch = model.Info.MaxRows, MaxStreams = streams, InputCapacity = (2 * streams) + 16, MaxBatchDelay = TimeSpan.Zero };
        engine = new StreamEngine(model, options, AlertSettings.Default, output, time);
    }

    public int Alerts => output.Started;

    public EngineSnapshot Snapshot() => engine.Snapshot();

    public void Open()
    {
        foreach (StreamKey key in keys)
        {
            engine.TrySubmit(EngineInput.OfFormat(key, signal.Format));
        }

        engine.Drain();
    }

    /// <summary>One simulated second of all streams.</summary>
    public void Second(int second)
    {
        encoded.ResetWrittenCount();
        signal.Encode(second, encoded);
        long receivedNs = time.NowNs();
        for (int i = 0; i < streams; i++)
        {
            FrameRejection fault = NativeFrameCodec.Decode(encoded.WrittenSpan, frames[i]);
            if (fault != FrameRejection.None)
            {
                throw new UnreachableException($"Our own frame is refused: {fault}.");
            }

            frames[i].ReceivedNs = receivedNs;
            engine.SubmitOrDrop(EngineInput.OfFrame(keys[i], frames[i]));
        }

        engine.Drain();
    }

    public void Dispose() => engine.Dispose();

    private sealed class AlertCount : IEngineOutput
    {
        public int Started { get; private set; }

        public void Alert(AlertTransition transition) => Started += transition.Phase == AlertPhase.Start ? 1 : 0;

        public void Rhythm(RhythmSummary summary)
        {
            // Not published here.
        }

        public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
        {
            // Not shown here.
        }

        public void FrameDone(in EngineInput input, FrameOutcome outcome)
        {
            // The frame is reused in the next second.
        }
    }
}

/// <summary>A real recording of one lead, repeated without end on as many leads as asked for, as native frames of one second.</summary>
internal sealed class BenchSignal
{
    private readonly float[] samples;
    private readonly int rate;
    private readonly EcgFrame frame = new();

    public BenchSignal(string path, int leads)
    {
        using Recording record = Recording.Open(path);
        rate = (int)record.Format.SampleRateHz;
        int whole = (int)(record.SampleCount / rate) * rate;
        int signals = record.Signals.Length;
        float[] block = new float[whole * signals];
        record.Read(block, whole);
        samples = block[..whole];
        StreamFormat format = record.Format;
        Format = format with
        {
            Leads = new LeadSet([.. Enumerable.Repeat(format.Leads[0], leads)]),
            MicrovoltsPerLsb = [.. Enumerable.Repeat(format.MicrovoltsPerLsb[0], leads)],
            Baseline = [.. Enumerable.Repeat(format.Baseline[0], leads)],
            AdcRange = format.AdcRange is { } range ? [.. Enumerable.Repeat(range[0], leads)] : null,
        };
    }

    public StreamFormat Format { get; }

    public void Encode(int second, IBufferWriter<byte> output)
    {
        frame.Resize(Format.Leads.Count, rate);
        frame.Epoch = 1;
        frame.FirstSample = (long)second * rate;
        int from = (int)(frame.FirstSample % samples.Length);
        for (int lead = 0; lead < Format.Leads.Count; lead++)
        {
            samples.AsSpan(from, rate).CopyTo(frame.LeadSamples(lead));
        }

        NativeFrameCodec.Encode(frame, FrameCodec.Int16, output);
    }
}
