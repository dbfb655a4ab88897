using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// A recording as the frames that a device would send: consecutive blocks of a quarter of a second, epoch 0, from sample 0.
/// A lead with a sample that the file marks as missing is reported as off for that frame. Does not own the record.
/// </summary>
internal sealed class RecordFrames(WfdbRecord record)
{
    private readonly int leads = record.Header.Signals.Length;
    private readonly int blockSamples = Math.Max(1, (int)(record.Header.SampleRateHz / 4));
    private readonly float[] block = new float[record.Header.Signals.Length * Math.Max(1, (int)(record.Header.SampleRateHz / 4))];

    /// <summary>Fills the frame with the next block; false at the end of the recording.</summary>
    public bool TryRead(EcgFrame frame)
    {
        long first = record.Position;
        int read = record.Read(block, blockSamples);
        if (read == 0)
        {
            return false;
        }

        frame.Resize(leads, read);
        frame.FirstSample = first;
        frame.LeadOff = 0;
        for (int lead = 0; lead < leads; lead++)
        {
            Span<float> samples = frame.LeadSamples(lead);
            block.AsSpan(lead * blockSamples, read).CopyTo(samples);
            frame.LeadOff |= ReplaceMissing(samples) ? 1u << lead : 0;
        }

        return true;
    }

    /// <summary>A frame holds finite values only; the value is not read where the lead is off.</summary>
    private static bool ReplaceMissing(Span<float> samples)
    {
        bool missing = false;
        for (int i = 0; i < samples.Length; i++)
        {
            if (!float.IsFinite(samples[i]))
            {
                samples[i] = 0;
                missing = true;
            }
        }

        return missing;
    }
}
