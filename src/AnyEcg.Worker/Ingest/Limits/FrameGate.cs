using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// Keeps one frame with a huge epoch or position from making all later ones late: a jump that no device makes is refused
/// until three frames in a row agree on it. An epoch that the descriptor names is believed at once. One of each stream; receive loop only.
/// </summary>
internal sealed class FrameGate
{
    /// <summary>Frames that must agree: a bit that flipped, or one forged frame, has no second.</summary>
    private const int Witnesses = 3;

    private uint epoch, oddEpoch;
    private long next, oddFirst, oddNext;
    private double at;
    private bool known;
    private int witnesses;

    /// <summary>The reason why a frame is refused, or null. Call <see cref="Passed"/> for one that the engine has taken.</summary>
    /// <param name="frame">Decoded and placed.</param>
    /// <param name="described">The stream's descriptor.</param>
    /// <param name="options">The largest steps.</param>
    /// <param name="now">Seconds on the clock of the limits.</param>
    public string? Judge(EcgFrame frame, DescribedStream described, IngestOptions options, double now)
    {
        double rate = described.Format.SampleRateHz;
        string? oddity = Oddity(frame, described.Descriptor.Epoch, rate, options, now);
        if (oddity is null)
        {
            witnesses = 0;
            return null;
        }

        bool agrees = witnesses > 0 && frame.Epoch == oddEpoch && frame.FirstSample > oddFirst
            && (frame.FirstSample - oddNext) / rate <= options.MaxJumpSeconds;
        witnesses = agrees ? witnesses + 1 : 1;
        (oddEpoch, oddFirst, oddNext) = (frame.Epoch, frame.FirstSample, frame.FirstSample + frame.SamplesPerLead);
        return witnesses >= Witnesses ? null : oddity;
    }

    /// <summary>The frame is on its way: from here on steps are measured from it.</summary>
    public void Passed(uint frameEpoch, long end, double now)
    {
        if (!known || frameEpoch > epoch || (frameEpoch == epoch && end > next))
        {
            (known, epoch, next, at) = (true, frameEpoch, end, now);
        }
    }

    private string? Oddity(EcgFrame frame, uint describedEpoch, double rate, IngestOptions options, double now)
    {
        // 0 is also what a descriptor says that says nothing of epochs.
        bool anchored = known || describedEpoch != 0;
        long from = Math.Max(known ? epoch : 0, describedEpoch);
        if (anchored && frame.Epoch > from + options.MaxEpochStep)
        {
            return "epoch-jump";
        }

        // However long nothing came, a device can have gone on counting.
        double ahead = (frame.FirstSample - next) / rate - Math.Max(0, now - at);
        return known && frame.Epoch == epoch && ahead > options.MaxJumpSeconds ? "position-jump" : null;
    }
}
