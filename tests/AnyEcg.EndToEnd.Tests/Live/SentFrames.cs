using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>What one device really sent, counted from its messages.</summary>
internal sealed class SentFrames(StreamDescriptor descriptor)
{
    private readonly Dictionary<long, int> lengths = [];
    private readonly EcgFrame frame = new();

    public long Messages { get; private set; }

    public long Repeats => Messages - lengths.Count;

    public long DistinctSamples => lengths.Values.Sum(n => (long)n);

    /// <summary>Samples from the first sent to the last sent.</summary>
    public long Span => lengths.Max(f => f.Key + f.Value) - lengths.Keys.Min();

    public void Add(DeviceMessage message)
    {
        if (message.Kind == InputKind.Frame)
        {
            Assert.Equal(FrameRejection.None, FrameDecoder.Decode(message.ContentType, descriptor, message.Payload.Span, frame));
            lengths[frame.FirstSample] = frame.SamplesPerLead;
            Messages++;
        }
    }
}
