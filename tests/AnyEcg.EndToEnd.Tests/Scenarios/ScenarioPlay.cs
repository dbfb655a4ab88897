using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// A shipped scenario straight through codec and engine, without network and clock: what each of its devices sends is received when it
/// is due, in stream time.
/// </summary>
internal static class ScenarioPlay
{
    /// <summary>Beside the recordings as in the repository, so that the paths in the files hold.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "simulators", "scenarios");

    public static Scenario Load(string name) => ScenarioFile.Load(Path.Combine(Folder, name + ".json"));

    /// <summary>Plays every device of a scenario for its length.</summary>
    public static IReadOnlyList<PlayedDevice> Run(string name)
    {
        Scenario scenario = Load(name);
        using IModelRunner model = Released.Create();
        return [.. scenario.Members(Folder, double.PositiveInfinity).Select(member => Run(model, member.Device, scenario.DurationSeconds ?? 1e6))];
    }

    public static PlayedDevice Run(IModelRunner model, SimulatedDeviceOptions device, double seconds)
    {
        device = device with { FirstEpoch = device.FirstEpoch ?? 1, PhaseSeconds = 0, Speed = double.PositiveInfinity };
        RateCollector results = new();
        EngineOptions options = new()
        {
            MaxBatchDelay = TimeSpan.Zero,
            GiveUpHeldAfter = Timeout.InfiniteTimeSpan,
            NoDataAfter = Timeout.InfiniteTimeSpan,
            IdleTimeout = Timeout.InfiniteTimeSpan,
        };
        using StreamEngine engine = new(model, options, AlertSettings.Default, results, new StillClock());
        using SimulatedDevice simulated = new(device, TimeProvider.System);
        Submit(engine, EngineInput.OfFormat(device.Key, simulated.Descriptor.ToStreamFormat()));
        long sent = 0;
        foreach (DeviceMessage message in simulated.Script().Where(m => m.Fate != FrameFate.Lost))
        {
            if (message.AtSeconds > seconds)
                break;
            sent += message.Samples;
            Receive(engine, device.Key, simulated.Descriptor, message);
        }

        Submit(engine, EngineInput.OfClose(device.Key));
        engine.Drain();
        return new PlayedDevice(
            device, results.Inner.Finish(device.Key.Stream, device.Synthetic?.SampleRateHz ?? 0, seconds), results.Inner.Transitions, engine.Snapshot(), sent)
        {
            Rates = results.Rates,
        };
    }

    private static void Receive(StreamEngine engine, StreamKey key, StreamDescriptor descriptor, DeviceMessage message)
    {
        long now = (long)(message.AtSeconds * 1e9);
        if (message.Kind == InputKind.Frame)
        {
            EcgFrame frame = new() { ReceivedNs = now };
            Assert.Equal(FrameRejection.None, FrameDecoder.Decode(message.ContentType, descriptor, message.Payload.Span, frame));
            Submit(engine, EngineInput.OfFrame(key, frame));
            engine.Drain();
        }
        else if (message.Kind == InputKind.Mark)
        {
            Submit(engine, EngineInput.OfMark(key, now, 1));
        }
    }

    private static void Submit(StreamEngine engine, EngineInput input) => Assert.True(engine.TrySubmit(input));
}

/// <summary>One device of a scenario, and what the engine made of it.</summary>
internal sealed record PlayedDevice(
    SimulatedDeviceOptions Device, RecordResult Result, IReadOnlyList<AlertTransition> Transitions, EngineSnapshot Counters, long Sent)
{
    /// <summary>Published heart rates, with the second at whose end each holds.</summary>
    public IReadOnlyList<(double Second, double Rate)> Rates { get; init; } = [];

    public string Name => Device.Key.Stream;

    public StreamTruth Truth => TruthBuilder.Of(Device, 1, Result.Seconds);

    public IEnumerable<AlertKind> Started => Transitions.Where(t => t.Phase == AlertPhase.Start).Select(t => t.Kind);

    public override string ToString() => $"{Name}: {string.Join(", ", Result.Alerts.Select(a => $"{a.Kind} {a.OnsetSeconds:0.0} s, raised {a.RaisedSeconds:0.0} s"))}";
}

/// <summary>A result collector that keeps the published heart rates, too.</summary>
internal sealed class RateCollector : IEngineOutput
{
    public ResultCollector Inner { get; } = new();

    public List<(double Second, double Rate)> Rates { get; } = [];

    public void Alert(AlertTransition transition) => Inner.Alert(transition);

    public void Rhythm(RhythmSummary summary)
    {
        if (summary.HeartRate is { } rate)
            Rates.Add((summary.Second + 1, rate));
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation) => Inner.Result(key, patch, observation);

    public void FrameDone(in EngineInput input, FrameOutcome outcome) => Inner.FrameDone(input, outcome);
}
