using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>What the alerts of a device would have been over a faultless network: the same frames through the engine alone.</summary>
internal sealed class SoakReference(IModelRunner model) : IEngineOutput
{
    private const int FramesPerTurn = EngineOptions.MaxConsecutiveSeconds;

    private readonly List<AlertFact> facts = [];

    /// <param name="device">The device's own options.</param>
    /// <param name="samples">How many samples per lead it took.</param>
    /// <param name="cancel">Ends between two turns.</param>
    public async Task<IReadOnlyList<AlertFact>> RunAsync(SimulatedDeviceOptions device, long samples, CancellationToken cancel)
    {
        facts.Clear();
        EngineOptions options = new()
        {
            MaxBatchDelay = TimeSpan.Zero,
            GiveUpHeldAfter = Timeout.InfiniteTimeSpan,
            NoDataAfter = Timeout.InfiniteTimeSpan,
            IdleTimeout = Timeout.InfiniteTimeSpan,
        };
        using StreamEngine engine = new(model, options, AlertSettings.Default, this, new StillClock());
        using SimulatedDevice again = new(device with { Speed = double.PositiveInfinity }, TimeProvider.System);
        engine.TrySubmit(EngineInput.OfFormat(device.Key, again.Descriptor.ToStreamFormat()));
        int waiting = 0;
        await foreach (DeviceMessage message in again.MessagesAsync(cancel))
        {
            if (samples <= 0)
            {
                break;
            }

            if (message.Kind != InputKind.Frame)
            {
                continue;
            }

            EcgFrame frame = new();
            FrameDecoder.Decode(message.ContentType, again.Descriptor, message.Payload.Span, frame);
            samples -= frame.SamplesPerLead;
            engine.TrySubmit(EngineInput.OfFrame(device.Key, frame));
            if (++waiting % FramesPerTurn == 0)
            {
                engine.Drain();
            }
        }

        engine.TrySubmit(EngineInput.OfClose(device.Key));
        engine.Drain();
        return [.. facts];
    }

    public void Alert(AlertTransition transition) => facts.Add(AlertFact.Of(transition));

    public void Rhythm(RhythmSummary summary)
    {
        // Only alerts are compared.
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
    {
        // Only alerts are compared.
    }

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
        // Each frame is an object of its own.
    }
}
