using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>Where a device's samples come from: a recording or a model. No clock, no network, constant memory. One thread at a time.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What the device says of its stream, with the present epoch.</summary>
    StreamDescriptor Descriptor { get; }

    StreamFormat Format { get; }

    /// <summary>Sample after the last one that was looked at.</summary>
    long Position { get; }

    /// <summary>Device time of sample 0 as the source itself knows it, nanoseconds since the Unix epoch; null where it does not.</summary>
    long? RecordedNs { get; }

    /// <summary>Fills the next frame; false at the end. <see cref="EcgFrame.ReceivedNs"/> is left alone.</summary>
    bool TryNext(EcgFrame into);

    /// <summary>Starts again at sample 0, as an epoch; the same samples come again.</summary>
    /// <param name="newEpoch">The epoch.</param>
    /// <param name="newStartNs">Device time of sample 0; null: frames carry none.</param>
    void Rewind(uint newEpoch, long? newStartNs);
}
