using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>
/// A made-up recording of one lead: beat trains and what the network says, fed second by second to the rules as the engine
/// would. Unless told otherwise both detectors see every beat and the network says sinus rhythm.
/// </summary>
internal sealed class Scenario : IAlertSink
{
    private readonly List<(long Sample, BeatClass Class)> network = [];
    private readonly List<long> guard = [];
    private readonly List<(long From, long To, Action<SecondObservation> Change)> changes = [];

    public Scenario(AlertOptions? options = null, StreamKey? key = null, bool historical = false)
    {
        Policy = new AlertPolicy(key ?? new StreamKey("ward", "bed-1"), new AlertSettings(options ?? new AlertOptions()), Counters, historical);
    }

    public AlertCounters Counters { get; } = new();

    public AlertPolicy Policy { get; }

    public List<AlertTransition> Transitions { get; } = [];

    public long NextSecond { get; set; }

    public uint Epoch { get; set; } = 1;

    public void Emit(AlertTransition transition) => Transitions.Add(transition);

    public IEnumerable<AlertTransition> Of(AlertKind kind) => Transitions.Where(t => t.Kind == kind);

    public IEnumerable<AlertTransition> Starts(Func<AlertTransition, bool> which) => Transitions.Where(t => t.Phase == AlertPhase.Start && which(t));

    public IEnumerable<AlertTransition> Starts(AlertKind kind) => Of(kind).Where(t => t.Phase == AlertPhase.Start);

    /// <summary>A beat seen by both detectors, or one of them.</summary>
    public Scenario Beat(double seconds, BeatClass beatClass = BeatClass.N, bool byNetwork = true, bool byGuard = true)
    {
        long sample = (long)Math.Round(seconds * 300);
        if (byNetwork)
            network.Add((sample, beatClass));
        if (byGuard)
            guard.Add(sample);
        return this;
    }

    /// <summary>So many beats at a rate; returns the time of the first beat that would follow.</summary>
    public double Train(double from, int beats, double ratePerMinute, BeatClass beatClass = BeatClass.N, bool byNetwork = true, bool byGuard = true)
    {
        for (int i = 0; i < beats; i++)
            Beat(from + (i * 60 / ratePerMinute), beatClass, byNetwork, byGuard);
        return from + (beats * 60 / ratePerMinute);
    }

    /// <summary>Beats at a rate up to a time.</summary>
    public Scenario Fill(double from, double to, double ratePerMinute)
    {
        Train(from, (int)Math.Ceiling((to - from) * ratePerMinute / 60), ratePerMinute);
        return this;
    }

    /// <summary>Beats in the pattern of letters, at a rate.</summary>
    public double Pattern(double from, string classes, double ratePerMinute)
    {
        for (int i = 0; i < classes.Length; i++)
            Beat(from + (i * 60 / ratePerMinute), Enum.Parse<BeatClass>(classes[i].ToString()));
        return from + (classes.Length * 60 / ratePerMinute);
    }

    /// <summary>Changes the observations of seconds [from, to).</summary>
    public Scenario During(long from, long to, Action<SecondObservation> change)
    {
        changes.Add((from, to, change));
        return this;
    }

    public Scenario Rhythm(long from, long to, RhythmClass rhythm, float probability = 0.9f) => During(from, to, o =>
    {
        Array.Clear(o.Rhythm);
        o.Rhythm[(int)rhythm] = probability;
        o.Rhythm[(int)RhythmClass.Other] += 1 - probability;
    });

    public Scenario Flag(long from, long to, PatchFlags flags) => During(from, to, o =>
    {
        o.Flags[0] |= flags;
        if ((flags & (PatchFlags.LeadOff | PatchFlags.Gap)) == 0)
            return;
        o.Present = 0;
        o.Scored = false;
        o.MissingShare[0] = flags.HasFlag(PatchFlags.Gap) ? 1 : 0;
    });

    /// <summary>Feeds the seconds up to <paramref name="to"/>.</summary>
    public Scenario Run(long to)
    {
        network.Sort();
        guard.Sort();
        for (; NextSecond < to; NextSecond++)
            Policy.Observe(Second(NextSecond), this);
        return this;
    }

    public SecondObservation Second(long k)
    {
        SecondObservation o = new()
        {
            Epoch = Epoch,
            Second = k,
            StartNs = k * 1_000_000_000,
            CompletedNs = (k + 1) * 1_000_000_000,
            LeadCount = 1,
            Present = 1,
            Scored = true,
        };
        o.Rhythm[(int)RhythmClass.Sinus] = 1;
        foreach ((long from, long to, Action<SecondObservation> change) in changes)
        {
            if (k >= from && k < to)
                change(o);
        }

        if (o.Present == 0)
            return o;
        if (o.Scored)
            o.Beats.AddRange(network.Where(b => InWindow(b.Sample, (300 * k) - 60)).Select(b => new Beat(b.Sample, b.Class, 0.9f)));

        // The detector names a peak 200 ms after it.
        o.Qrs.AddRange(guard.Where(b => InWindow(b, (300 * k) - 60)).Select(b => new QrsDetection(0, b, 2)));
        return o;
    }

    private static bool InWindow(long sample, long start) => sample >= start && sample < start + 300;
}
