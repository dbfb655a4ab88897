namespace AnyEcg.Signal;

/// <summary>
/// A frame held against what its stream has seen: samples per lead that are known and equal, new, or too late, and the range
/// that differs.
/// </summary>
internal readonly record struct FrameCheck(int Known, int Fresh, int Late, long ConflictFirst, long ConflictEnd)
{
    public bool IsConflict => ConflictEnd > ConflictFirst;

    public static FrameCheck Of(EcgFrame frame, SampleHistory history, HeldSamples held, int tolerance)
    {
        // The usual frame follows on what came before, and nothing waits beyond it.
        if (frame.FirstSample >= history.End && held.Count == 0)
            return new FrameCheck(0, frame.SamplesPerLead, 0, 0, 0);
        (int known, int fresh, int late) = (0, 0, 0);
        (long conflictFirst, long conflictEnd) = (0, 0);
        for (int i = 0; i < frame.SamplesPerLead; i++)
        {
            long sample = frame.FirstSample + i;
            bool? equal = null;
            if (sample < history.End)
            {
                uint seen = sample < history.Start ? SampleHistory.Gap : history[sample];
                equal = seen == SampleHistory.Gap ? null : seen == SampleHistory.Print(frame, i);
                late += equal is null ? 1 : 0;
            }
            else if (sample - history.End < tolerance && held.Has(sample))
            {
                equal = held.Matches(frame, i);
            }
            else
            {
                fresh++;
            }

            known += equal == true ? 1 : 0;
            if (equal == false)
            {
                conflictFirst = conflictEnd == 0 ? sample : conflictFirst;
                conflictEnd = sample + 1;
            }
        }

        return new FrameCheck(known, fresh, late, conflictFirst, conflictEnd);
    }
}
