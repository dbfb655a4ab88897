using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// What the rules read: the current second of one stream, how far it can be trusted, and the beats before it. Engine thread only.
/// </summary>
internal sealed class StreamReading(AlertSettings settings) : IStateful
{
    /// <summary>
    /// How far back a rule looks for what a detector has completed, in samples: the current second, and one in which the
    /// slower detector may lag behind the other.
    /// </summary>
    public const long Recent = 2 * PatchSecond.ModelRateHz;

    /// <summary>Enough for a minute at 180/min, and for half a minute at any rate.</summary>
    private const int TrainCapacity = 192;

    /// <summary>Share of missing samples on every lead from which a beat may hide in the loss.</summary>
    private const float PatchyShare = 0.2f;

    private readonly QrsVote vote = new();
    private long startNs;
    private long lateFrom;
    private long lateTo;
    private bool flat;

    /// <summary>Valid only while the second is judged: its owner reuses it.</summary>
    public SecondObservation Now { get; private set; } = new();

    public uint Epoch { get; private set; }

    public long Second { get; private set; }

    public long CompletedNs { get; private set; }

    /// <summary>Bit i: lead i has a token in the current second.</summary>
    public uint Present { get; private set; }

    public SecondQuality Quality { get; private set; }

    /// <summary>The network's beats; the classical detector's in seconds that were not scored.</summary>
    public BeatTrain Primary { get; } = new(TrainCapacity);

    /// <summary>The classical detector's beats alone.</summary>
    public BeatTrain Guard { get; } = new(TrainCapacity);

    /// <summary>How many of the newest beats of <see cref="Primary"/> came with this second.</summary>
    public int NewBeats { get; private set; }

    /// <summary>First sample of the readable stretch that now runs.</summary>
    public long ReadableSince { get; private set; }

    /// <summary>End of the last second in which a beat may hide in a loss.</summary>
    public long PatchyUntil { get; private set; }

    /// <summary>First sample of the current second.</summary>
    public long Start => Second * PatchSecond.ModelRateHz;

    /// <summary>First sample after the current second.</summary>
    public long End => Start + PatchSecond.ModelRateHz;

    /// <summary>All beats of <see cref="Primary"/> before this sample are known: the network reports up to here.</summary>
    public long PrimaryFrontier => Now.Scored ? Start + 240 : Start;

    /// <summary>All beats of <see cref="Guard"/> before this sample are known.</summary>
    public long GuardFrontier => Start;

    /// <summary>True when the second can be read with confidence.</summary>
    public bool Trusted => Quality == SecondQuality.Good;

    public bool Doubtful => Quality == SecondQuality.Doubtful;

    /// <summary>False where there is nothing to hear a heart in.</summary>
    public bool Readable => Quality >= SecondQuality.Doubtful;

    /// <summary>
    /// The network names a ventricular tachycardia or fibrillation: detectors that find no beats in it have missed them, or
    /// there are none to find. Never on a flat line.
    /// </summary>
    public bool IsVentricular => !flat
        && Probability(RhythmClass.VentricularTachycardia) + Probability(RhythmClass.VentricularFibrillation) >= settings.RhythmOn;

    public float Probability(RhythmClass rhythm) => Now.Scored ? Now.Rhythm[(int)rhythm] : 0;

    /// <summary>Takes the next second; <paramref name="follows"/> is false after a jump.</summary>
    public void Take(SecondObservation observation, bool follows)
    {
        Now = observation;
        (Epoch, Second, Present) = (observation.Epoch, observation.Second, observation.Present);
        (startNs, CompletedNs) = (observation.StartNs, observation.CompletedNs);
        Quality = Judge(observation);
        NewBeats = 0;
        (lateFrom, lateTo) = (long.MaxValue, long.MinValue);
        if (!follows)
            Break(Start);
        if (!Readable)
        {
            Break(End);
            return;
        }

        if (LeastMissing(observation) >= PatchyShare)
            PatchyUntil = End;
        int before = Guard.Count;
        vote.Add(observation.Qrs);
        while (vote.TryNext(GuardFrontier, observation.Present, out VotedBeat beat))
            TakeGuard(new TrainBeat(beat.Sample, BeatClass.Q, Trusted, 1));
        TakeBeats(Guard.Count - before);
    }

    public void Restart()
    {
        Break(0);
        PatchyUntil = 0;
    }

    /// <summary>Whether this second has brought a beat between two samples of the time of which all beats were taken to be known.</summary>
    public bool HasLateBeat(long after, long before) =>
        (lateFrom > after && lateFrom < before) || (lateTo > after && lateTo < before);

    /// <summary>Our clock's nanoseconds of a sample near the current second.</summary>
    public long NsAt(long sample) => startNs + ((sample - Start) * 10_000_000L / 3);

    /// <summary>A sample near the current second, with its time.</summary>
    public EcgPlace PlaceOf(long sample) => new(sample, NsAt(sample));

    /// <summary>All but <see cref="Now"/>, which is of use only while its second is judged.</summary>
    public void Exchange(StateExchange state)
    {
        state.Value(ref startNs);
        state.Value(ref flat);
        state.Value(ref lateFrom);
        state.Value(ref lateTo);
        (Epoch, Second, CompletedNs) = (state.Value(Epoch), state.Value(Second), state.Value(CompletedNs));
        (Present, Quality, NewBeats) = (state.Value(Present), state.Value(Quality), state.Value(NewBeats));
        (ReadableSince, PatchyUntil) = (state.Value(ReadableSince), state.Value(PatchyUntil));
        state.Object(vote);
        state.Object(Primary);
        state.Object(Guard);
    }

    private void TakeGuard(TrainBeat beat)
    {
        if (!Guard.Insert(beat) || beat.Sample >= Start - PatchSecond.ModelRateHz)
            return;
        (lateFrom, lateTo) = (Math.Min(lateFrom, beat.Sample), Math.Max(lateTo, beat.Sample));
    }

    private void TakeBeats(int newInGuard)
    {
        if (Now.Scored)
        {
            foreach (Beat beat in Now.Beats)
                NewBeats += Primary.Insert(new TrainBeat(beat.Sample, beat.Class, Trusted, beat.Score)) ? 1 : 0;
            return;
        }

        for (int back = newInGuard - 1; back >= 0; back--)
            NewBeats += Primary.Insert(Guard[back]) ? 1 : 0;
    }

    private void Break(long readableFrom)
    {
        Primary.Clear();
        Guard.Clear();
        vote.Clear();
        ReadableSince = readableFrom;
    }

    private SecondQuality Judge(SecondObservation o)
    {
        flat = false;
        if (o.Present == 0)
            return SecondQuality.Absent;
        PatchFlags all = (PatchFlags)0xFF;
        PatchFlags any = PatchFlags.None;
        for (int lead = 0; lead < o.LeadCount; lead++)
        {
            if ((o.Present >> lead & 1) == 0)
                continue;
            all &= o.Flags[lead];
            any |= o.Flags[lead];
        }

        flat = (any & PatchFlags.Flat) != 0;
        if (o.Scored && !flat && o.Rhythm[(int)RhythmClass.Unreadable] >= settings.UnreadableAbove)
            return SecondQuality.Unreadable;
        return (all & PatchFlags.Doubtful) != 0 ? SecondQuality.Doubtful : SecondQuality.Good;
    }

    private static float LeastMissing(SecondObservation o)
    {
        float least = 1;
        for (int lead = 0; lead < o.LeadCount; lead++)
        {
            if ((o.Present >> lead & 1) != 0)
                least = Math.Min(least, o.MissingShare[lead]);
        }

        return least;
    }
}
