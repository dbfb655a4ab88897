using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// What becomes of samples without a value (FHIR's E), NaN so far. At the beginning and end, where no lead has one, they are cut
/// off, which the frame says (<see cref="EcgFrame.Valueless"/>): a gap of exactly that length. A lead without any is off. A lead that has some and lacks others is reported as off, too: a
/// frame can say so only as a whole, and a made-up value must not look like one that was measured.
/// </summary>
internal static class MissingValues
{
    /// <summary>Refuses a first value so far after the block's time that no number of nanoseconds says when.</summary>
    public static FrameRejection Resolve(EcgFrame frame, double periodSeconds)
    {
        (int first, int last) = (frame.SamplesPerLead, -1);
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            ReadOnlySpan<float> samples = frame.LeadSamples(lead);
            for (int i = 0; i < samples.Length; i++)
                (first, last) = float.IsNaN(samples[i]) ? (first, last) : (Math.Min(first, i), Math.Max(last, i));
        }

        if (last >= 0 && last - first + 1 < frame.SamplesPerLead)
        {
            (int Before, int After) valueless = (first, frame.SamplesPerLead - 1 - last);
            long later = (long)Math.Round(first * periodSeconds * 1e9);
            if (frame.DeviceTimeNs > long.MaxValue - later)
                return FrameRejection.BadTime;
            frame.Slice(first, last - first + 1);
            frame.DeviceTimeNs += later;
            frame.Valueless = valueless;
        }

        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            if (Hold(frame.LeadSamples(lead)))
                frame.LeadOff |= 1u << lead;
        }

        return FrameRejection.None;
    }

    /// <summary>Lets the last value stand where there is none; true when there was such a place.</summary>
    private static bool Hold(Span<float> samples)
    {
        bool any = false;
        float held = 0;
        foreach (ref float sample in samples)
        {
            any |= float.IsNaN(sample);
            held = sample = float.IsNaN(sample) ? held : sample;
        }

        return any;
    }
}
