namespace AnyEcg.Signal;

/// <summary>
/// Cuts the model-rate samples of all leads of one stream into seconds on the absolute grid of the epoch: patch k is samples
/// [300 k, 300 k + 300), and has the QRS detectors look at them. Samples that never came are 0 mV and marked missing, and no
/// detector sees them. Engine thread only.
/// </summary>
internal sealed class Patcher : IStateful
{
    private readonly int leadCount;
    private readonly int maxEmptySeconds;
    private readonly float[] samples, features;
    private readonly SampleMarks[] marks;
    private readonly QrsDetector[] detectors;
    private readonly List<QrsDetection>[] found;
    private uint epoch;
    private uint present;
    private int emptyRun;
    private bool hasSamples;

    public Patcher(int leadCount, int maxEmptySeconds)
    {
        this.leadCount = leadCount;
        this.maxEmptySeconds = maxEmptySeconds;
        samples = new float[leadCount * PatchSecond.PatchSamples];
        features = new float[samples.Length];
        marks = new SampleMarks[samples.Length];
        detectors = new QrsDetector[leadCount];
        found = new List<QrsDetection>[leadCount];
        for (int lead = 0; lead < leadCount; lead++)
            (detectors[lead], found[lead]) = (new QrsDetector(lead), new List<QrsDetection>(16));
    }

    /// <summary>Model-rate index of the next sample.</summary>
    public long Next { get; private set; }

    /// <summary>Seconds that were jumped over so far.</summary>
    public long Jumped { get; private set; }

    private int Filled => (int)(Next % PatchSecond.PatchSamples);

    /// <summary>A new epoch: drops the unfinished second; what precedes <paramref name="first"/> in its second is missing.</summary>
    public void Begin(uint newEpoch, long first)
    {
        epoch = newEpoch;
        Next = first - (first % PatchSecond.PatchSamples);
        (hasSamples, emptyRun, present) = (false, 0, 0);
        for (int lead = 0; lead < leadCount; lead++)
        {
            found[lead].Clear();
            detectors[lead].Reset(first);
        }

        Miss((int)(first - Next));
        Next = first;
    }

    /// <summary>
    /// Takes outputs <paramref name="used"/> to <paramref name="count"/> of all leads, up to the end of the second. Returns the
    /// second when it is full, else null and all are taken.
    /// </summary>
    public PatchSecond? Append(LeadPath[] paths, int count, ref int used, IPatchSink sink)
    {
        int take = Math.Min(count - used, PatchSecond.PatchSamples - Filled);
        if (take == 0)
            return null;

        for (int lead = 0; lead < leadCount; lead++)
        {
            int at = (lead * PatchSecond.PatchSamples) + Filled;
            paths[lead].Output.Slice(used, take).CopyTo(samples.AsSpan(at));
            paths[lead].OutputMarks.Slice(used, take).CopyTo(marks.AsSpan(at));
            Detect(lead, samples.AsSpan(at, take), features.AsSpan(at, take));
        }

        used += take;
        hasSamples = true;
        return Advance(take, sink);
    }

    /// <summary>
    /// Goes on to a later sample; what lies between is missing. Returns each second that this completes, null when there. Of a run
    /// of seconds without any sample only the first ones are returned, the rest is jumped over.
    /// </summary>
    public PatchSecond? SkipTo(long target, IPatchSink sink)
    {
        while (Next < target)
        {
            if (emptyRun >= maxEmptySeconds && Filled == 0)
                Jump(target);

            if (Next == target)
                break;

            int take = (int)Math.Min(target - Next, PatchSecond.PatchSamples - Filled);
            Miss(take);
            if (Advance(take, sink) is { } full)
                return full;
        }

        return null;
    }

    /// <summary>Of the unfinished second, what has come.</summary>
    public void Exchange(StateExchange state)
    {
        (Next, Jumped) = (state.Position(Next), state.Value(Jumped));
        state.Value(ref epoch);
        present = state.Leads(present, leadCount);
        emptyRun = state.Tally(emptyRun);
        state.Value(ref hasSamples);
        for (int lead = 0; lead < leadCount; lead++)
        {
            state.Values(samples.AsSpan(lead * PatchSecond.PatchSamples, Filled));
            state.Values(features.AsSpan(lead * PatchSecond.PatchSamples, Filled));
            state.Values(marks.AsSpan(lead * PatchSecond.PatchSamples, Filled));
            state.Object(detectors[lead]);
            state.Detections(found[lead], leadCount, PatchSecond.PatchSamples);
        }
    }

    private void Detect(int lead, ReadOnlySpan<float> millivolts, Span<float> own)
    {
        // What a loose electrode taught the detector is worth nothing.
        if (Filled == 0 && (present >> lead & 1) == 0)
            detectors[lead].Reset(Next);

        detectors[lead].Push(millivolts, Next, own, found[lead]);
    }

    private void Jump(long target)
    {
        long seconds = (target - Next) / PatchSecond.PatchSamples;
        Next += seconds * PatchSecond.PatchSamples;
        Jumped += seconds;
    }

    private void Miss(int count)
    {
        for (int lead = 0; lead < leadCount; lead++)
        {
            int at = (lead * PatchSecond.PatchSamples) + Filled;
            samples.AsSpan(at, count).Clear();
            features.AsSpan(at, count).Clear();
            marks.AsSpan(at, count).Fill(SampleMarks.Missing);
        }
    }

    private PatchSecond? Advance(int count, IPatchSink sink)
    {
        Next += count;
        if (Filled != 0)
            return null;

        PatchSecond second = sink.Rent(leadCount);
        second.Epoch = epoch;
        second.Second = (Next / PatchSecond.PatchSamples) - 1;
        second.Present = 0;
        second.Qrs.Clear();
        samples.CopyTo(second.Samples, 0);
        features.CopyTo(second.QrsFeatures, 0);
        for (int lead = 0; lead < leadCount; lead++)
        {
            Judge(second, lead);
            second.Qrs.AddRange(found[lead]);
            found[lead].Clear();
        }

        present = second.Present;
        emptyRun = hasSamples ? 0 : emptyRun + 1;
        hasSamples = false;
        return second;
    }

    private void Judge(PatchSecond second, int lead)
    {
        PatchQuality quality = PatchQuality.Of(
            second.Lead(lead),
            marks.AsSpan(lead * PatchSecond.PatchSamples, PatchSecond.PatchSamples));
        second.Flags[lead] = quality.Flags;
        second.MissingShare[lead] = quality.MissingShare;
        if (quality.HasToken)
            second.Present |= 1u << lead;
    }
}
