namespace AnyEcg.Signal;

/// <summary>
/// Places frames that carry a time but no sample count (Polar PMD, FHIR) on the sample axis of their stream. The first block of
/// a stream lies at its time since 1970 times the nominal rate, so that a worker that starts again counts from about where the
/// last one stood. From then on (T the stamp, dt its distance to the newest block's):
/// a block that follows within the jitter is contiguous; a hole is a gap of round(dt x rate) less what came, and of whole blocks
/// where all are equally long; a block with a time already seen lies where that one lies; an older one fills the hole
/// it fits, or is late; three late ones running, or a step ahead of more than a day, are a restart: a new epoch.
/// Constant memory; no allocation in steady state. One thread at a time.
/// </summary>
public sealed class PositionTracker : IStateful
{
    /// <summary>What a crystal may be off, and what is forgiven while the true rate is not known yet; devices stay within 1 %.</summary>
    private const double LargestRateError = 0.02;

    /// <summary>Seconds that two blocks may lie apart or over each other and still be taken for contiguous; half the notification of a chest strap.</summary>
    private const double LargestSlack = 0.3;

    /// <summary>Seconds by which stamps are expected to wander.</summary>
    private const double Jitter = 0.1;

    /// <summary>Seconds of contiguous blocks from which the true rate is read, and after which older ones begin to count less.</summary>
    private const double LearningSeconds = 30, MemorySeconds = 1200;

    /// <summary>Seconds; a longer step ahead is a clock that was set.</summary>
    private const double LargestStep = 86_400;

    /// <summary>Blocks running that must be behind for a restart: one wrong stamp is none.</summary>
    private const int Witnesses = 3;

    /// <summary>Seconds behind the newest sample that no aligner remembers: such samples are late, never compared.</summary>
    private const double Forgotten = 60;

    private readonly double nominal;
    private readonly PlacedBlocks blocks = new();
    private double rate;
    private double lag;
    private long end;
    private double learnedSeconds, learnedSamples;
    private long suspectTimeNs;
    private int suspects;
    private uint baseEpoch;

    /// <param name="sampleRateHz">The nominal rate, of the stream's descriptor.</param>
    public PositionTracker(double sampleRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        (nominal, rate) = (sampleRateHz, sampleRateHz);
    }

    /// <summary>New epochs that were opened because the device's time went back, or more than a day ahead.</summary>
    public uint Restarts { get; private set; }

    /// <summary>Samples per lead of late blocks that their hole had no room for.</summary>
    public long SamplesCut { get; private set; }

    /// <summary>
    /// Sets first sample and epoch of a frame with device time. Its epoch, as it comes from the descriptor, is raised by the
    /// restarts so far. A late block that is a little longer than its hole loses what is too much.
    /// </summary>
    /// <exception cref="ArgumentException">The frame has no device time.</exception>
    public void Place(EcgFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.DeviceTimeMark == DeviceTimeMark.None)
        {
            throw new ArgumentException("Only a frame with device time can be placed by it.", nameof(frame));
        }

        if (frame.Epoch != baseEpoch)
        {
            baseEpoch = frame.Epoch;
            blocks.Clear();
        }

        int at = blocks.After(frame.DeviceTimeNs);
        if (blocks.Count == 0)
        {
            Start(frame);
        }
        else if (at > 0 && blocks[at - 1].TimeNs == frame.DeviceTimeNs)
        {
            Repeat(frame, blocks[at - 1]);
        }
        else if (at == blocks.Count)
        {
            Follow(frame);
        }
        else if (at == 0 || !TryFill(frame, at))
        {
            Fall(frame);
        }

        frame.FirstSample += frame.Valueless.Before;
        frame.Epoch = unchecked(baseEpoch + Restarts);
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Setting(nominal);
        state.Object(blocks);
        state.Value(ref rate, ref lag);
        state.Value(ref learnedSeconds, ref learnedSamples);
        end = state.Position(end);
        state.Value(ref suspectTimeNs);
        suspects = state.Count(suspects, Witnesses);
        state.Value(ref baseEpoch);
        (Restarts, SamplesCut) = (state.Value(Restarts), state.Value(SamplesCut));
    }

    /// <summary>Samples per lead of the whole block, those without a value at its edges included.</summary>
    private static int Length(EcgFrame frame) => frame.Valueless.Before + frame.SamplesPerLead + frame.Valueless.After;

    private static int AnchorIndex(EcgFrame frame) =>
        frame.Valueless.Before + (frame.DeviceTimeMark == DeviceTimeMark.LastSample ? frame.SamplesPerLead - 1 : 0);

    private static double SecondsBetween(long fromNs, long toNs) => (double)((Int128)toNs - fromNs) / 1e9;

    private void Start(EcgFrame frame)
    {
        double seconds = Math.Max(0, frame.DeviceTimeNs / 1e9);
        long first = Math.Max(0, (long)Math.Round(seconds * nominal) - AnchorIndex(frame));
        suspects = 0;
        (rate, learnedSeconds, learnedSamples) = (nominal, 0, 0);
        end = first;
        Append(frame, first, 0);
    }

    private void Restart(EcgFrame frame)
    {
        Restarts++;
        blocks.Clear();
        Start(frame);
    }

    /// <summary>The same time is the same place; the aligner sees whether the samples are the same, too.</summary>
    private void Repeat(EcgFrame frame, in PlacedBlock seen)
    {
        frame.FirstSample = Math.Max(0, seen.Anchor - AnchorIndex(frame));
        end = Math.Max(end, frame.FirstSample + Length(frame));
        if (Length(frame) == seen.Count)
        {
            frame.FirstSample = seen.First;
            Cut(frame, seen.Kept);
        }
    }

    private void Follow(EcgFrame frame)
    {
        PlacedBlock newest = blocks.Newest;
        double step = SecondsBetween(newest.TimeNs, frame.DeviceTimeNs);
        if (step > LargestStep)
        {
            Restart(frame);
            return;
        }

        suspects = 0;
        double hole = newest.Anchor + lag + (step * rate) - AnchorIndex(frame) - end;
        if (Math.Abs(hole) <= Tolerance(frame, newest))
        {
            Learn(step, end + AnchorIndex(frame) - newest.Anchor);
            // The rest of what time and count differ by is remembered, so that a loss too small to be seen at once is seen in sum.
            double forgiven = LargestRateError * step * nominal;
            Append(frame, end, hole - Math.Clamp(hole, -forgiven, forgiven));
        }
        else
        {
            long gap = WholeBlocks(hole, frame, newest);
            Append(frame, Math.Max(0, end + gap), Math.Clamp(hole - gap, -Jitter * nominal, Jitter * nominal));
        }
    }

    private void Learn(double seconds, long samples)
    {
        learnedSeconds += seconds;
        learnedSamples += samples;
        if (learnedSeconds >= LearningSeconds)
        {
            rate = Math.Clamp(learnedSamples / learnedSeconds, nominal * (1 - LargestRateError), nominal * (1 + LargestRateError));
        }

        if (learnedSeconds >= MemorySeconds)
        {
            (learnedSeconds, learnedSamples) = (learnedSeconds / 2, learnedSamples / 2);
        }
    }

    private double Tolerance(EcgFrame frame, in PlacedBlock neighbour) =>
        Math.Min(Math.Min(Length(frame), neighbour.Count) / 2.0, LargestSlack * nominal);

    /// <summary>A hole of lost notifications has their length: this makes a gap exact although rate and stamps are not.</summary>
    private long WholeBlocks(double hole, EcgFrame frame, in PlacedBlock before)
    {
        double lost = Math.Round(hole / Length(frame));
        double whole = lost * Length(frame);
        double doubt = Math.Min(Tolerance(frame, before), (2 * Jitter * nominal) + (LargestRateError * hole));
        bool fits = before.Count == Length(frame) && lost >= 1 && Math.Abs(hole - whole) <= doubt;
        return (long)Math.Round(fits ? whole : hole);
    }

    private void Append(EcgFrame frame, long first, double newLag)
    {
        lag = newLag;
        frame.FirstSample = first;
        end = Math.Max(end, first + Length(frame));
        long anchor = first + AnchorIndex(frame);
        blocks.Insert(blocks.Count, new PlacedBlock(frame.DeviceTimeNs, anchor, first, Length(frame), Length(frame)));
    }

    /// <summary>A block that comes late into the hole it left: at either edge where the time allows, never over its neighbours.</summary>
    private bool TryFill(EcgFrame frame, int at)
    {
        (PlacedBlock before, PlacedBlock after) = (blocks[at - 1], blocks[at]);
        double step = SecondsBetween(before.TimeNs, frame.DeviceTimeNs);
        double predicted = before.Anchor + (step * rate) - AnchorIndex(frame);
        double tolerance = Tolerance(frame, before);
        long first = Math.Abs(predicted - before.End) <= tolerance ? before.End
            : Math.Abs(predicted + Length(frame) - after.First) <= tolerance ? after.First - Length(frame)
            : before.End + WholeBlocks(predicted - before.End, frame, before);
        first = Math.Max(first, before.End);
        long room = Math.Min(after.First - first, Length(frame));
        if (room <= frame.Valueless.Before || Length(frame) - room > tolerance)
        {
            return false;
        }

        blocks.Insert(at, new PlacedBlock(frame.DeviceTimeNs, first + AnchorIndex(frame), first, Length(frame), (int)room));
        frame.FirstSample = first;
        SamplesCut += Cut(frame, (int)room);
        return true;
    }

    /// <summary>Keeps the beginning of a block, so many of its samples per lead, but at least one that has a value; answers how many with a value it lost.</summary>
    private int Cut(EcgFrame frame, int kept)
    {
        int lost = Math.Max(0, frame.SamplesPerLead - Math.Max(1, kept - frame.Valueless.Before));
        if (lost > 0)
        {
            frame.Slice(0, frame.SamplesPerLead - lost);
            frame.DeviceTimeNs -= frame.DeviceTimeMark == DeviceTimeMark.LastSample ? (long)(lost * 1e9 / rate) : 0;
        }

        return lost;
    }

    /// <summary>Behind what is known: late, unless the device began anew.</summary>
    private void Fall(EcgFrame frame)
    {
        suspects = suspects > 0 && frame.DeviceTimeNs > suspectTimeNs ? suspects + 1 : 1;
        suspectTimeNs = frame.DeviceTimeNs;
        if (suspects >= Witnesses)
        {
            Restart(frame);
            return;
        }

        double behind = SecondsBetween(frame.DeviceTimeNs, blocks.Newest.TimeNs);
        long distance = (long)(Math.Max(behind, Forgotten) * nominal) + Length(frame);
        frame.FirstSample = Math.Max(0, end - distance);
    }
}
