namespace AnyEcg.Simulator;

/// <summary>
/// The model as samples: reads the plan a little ahead and sums what is near. Every sample is a function of its position, so any
/// cut into blocks gives the same bits. One thread at a time, forward only.
/// </summary>
internal sealed class SyntheticEcg : IDisposable
{
    private readonly SyntheticOptions options;
    private readonly int seed;
    private readonly Dipole[] leads;
    private readonly SeededNoise[] amplifier;
    private readonly double[] wanderPhase;
    private readonly IEnumerator<PlannedBeat> plan;
    private readonly IEnumerator<PlacedSegment> segments;
    private readonly Queue<PlannedBeat> near = new();
    private bool morePlanned;
    private PlacedSegment segment;
    private Oscillation? oscillation;

    public SyntheticEcg(SyntheticOptions options, int seed)
    {
        this.options = options;
        this.seed = seed;
        leads = [.. options.Leads.Select(name => LeadVectors.Find(name)!.Value)];
        amplifier = [.. leads.Select((_, i) => SeededNoise.For(seed, "amplifier", i))];
        wanderPhase = [.. leads.Select((_, i) => 2 * Math.PI * SeededNoise.For(seed, "wander", i).Uniform(0))];
        BeatPlan beats = new(options, seed);
        plan = beats.Beats().GetEnumerator();
        segments = beats.Segments().GetEnumerator();
        morePlanned = plan.MoveNext();
        NextSegment();
    }

    /// <summary>Sample that comes next.</summary>
    public long Position { get; private set; }

    /// <summary>Fills converter codes, lead-major with a stride of <paramref name="count"/>; fewer only at the programme's end.</summary>
    /// <returns>Samples per lead.</returns>
    public int Read(Span<float> leadMajor, int count)
    {
        int read = 0;
        for (; read < count && (Position < segment.End || NextSegment()); read++, Position++)
        {
            double t = Position / options.TrueRateHz;
            Dipole heart = Heart(t);
            for (int lead = 0; lead < leads.Length; lead++)
                leadMajor[(lead * count) + read] = Code(lead, t, heart);
        }

        return read;
    }

    public void Dispose()
    {
        plan.Dispose();
        segments.Dispose();
    }

    private Dipole Heart(double t)
    {
        while (morePlanned && plan.Current.Seconds < t + BeatShape.Before)
        {
            near.Enqueue(plan.Current);
            morePlanned = plan.MoveNext();
        }

        while (near.TryPeek(out PlannedBeat oldest) && oldest.Seconds < t - BeatShape.After)
            near.Dequeue();
        Dipole sum = default;
        foreach (PlannedBeat beat in near)
        {
            double size = 1 + (0.04 * Math.Sin(2 * Math.PI * 0.25 * beat.Seconds));
            sum += size * beat.Shape.At(t - beat.Seconds, BeatShape.StretchOf(beat.Interval));
        }

        return oscillation is null ? sum : sum + oscillation.At(t - (segment.First / options.TrueRateHz));
    }

    /// <summary>Adds the amplifier's noise and the slow wander of breathing, and converts.</summary>
    private float Code(int lead, double t, Dipole heart)
    {
        double microvolts = 1000 * options.Amplitude * leads[lead].Dot(heart);
        microvolts += options.AmplifierMicrovolts * amplifier[lead].Normal(Position);
        microvolts += 25 * Math.Sin((2 * Math.PI * 0.23 * t) + wanderPhase[lead]);
        return (float)Math.Clamp(Math.Round(microvolts / options.MicrovoltsPerLsb), short.MinValue, short.MaxValue);
    }

    private bool NextSegment()
    {
        if (!segments.MoveNext())
            return false;
        segment = segments.Current;
        oscillation = Oscillation.Of(segment, seed);
        return segment.End > Position || NextSegment();
    }
}
