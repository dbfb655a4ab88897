namespace AnyEcg.Simulator;

/// <summary>The kinds of faults that a plan deals out.</summary>
public enum FaultKind
{
    Latency,
    Bandwidth,
    SingleBytes,
    BlackHole,
    BlackHoleToTarget,
    BlackHoleToClient,
    ClientsDie,
    TargetsDie,
    Reset,
    ResetAfterBytes,
    Refuse,
}

/// <summary>One fault of a plan.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="At">When it begins, from the start of the plan.</param>
/// <param name="Length">How long it holds.</param>
/// <param name="Faults">What holds meanwhile.</param>
/// <param name="Cut">What is done to the connections at its beginning; null: nothing.</param>
/// <param name="Share">Share of the connections that are cut.</param>
public sealed record FaultStep(FaultKind Kind, TimeSpan At, TimeSpan Length, NetworkFaults Faults, ConnectionCut? Cut = null, double Share = 1);

/// <summary>
/// A schedule of faults drawn from a seed: all kinds in a shuffled order, then all again in another, each followed by a calm as long as
/// itself. The same seed and duration give the same plan.
/// </summary>
public sealed class FaultPlan
{
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    private FaultPlan(IReadOnlyList<FaultStep> steps) => Steps = steps;

    /// <summary>In order of time, without overlap; the last one ends within the duration.</summary>
    public IReadOnlyList<FaultStep> Steps { get; }

    /// <param name="seed">Of order, lengths and strengths.</param>
    /// <param name="duration">Of the whole plan; all kinds occur in it.</param>
    /// <param name="longest">Longest fault; shorter where the duration has no room for all kinds otherwise.</param>
    public static FaultPlan Draw(int seed, TimeSpan duration, TimeSpan longest)
    {
        Random random = new(seed);
        TimeSpan room = duration / (2 * (Kinds.Length + 1));
        TimeSpan most = longest < room ? longest : room;
        List<FaultStep> steps = [];
        TimeSpan at = most / 2;
        while (true)
        {
            FaultKind[] deck = [.. Kinds];
            random.Shuffle(deck);
            foreach (FaultKind kind in deck)
            {
                TimeSpan length = most * (0.4 + (0.6 * random.NextDouble()));
                if (at + length > duration)
                    return new FaultPlan(steps);
                steps.Add(Make(kind, at, length, random));
                at += 2 * length;
            }
        }
    }

    /// <summary>Plays the plan on a proxy. At the end, cancelled or not, no fault holds.</summary>
    public async Task PlayAsync(FaultProxy proxy, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            foreach (FaultStep step in Steps)
            {
                await UntilAsync(step.At).ConfigureAwait(false);
                proxy.Faults = step.Faults;
                if (step.Cut is { } cut)
                    proxy.Cut(cut, step.Share);
                await UntilAsync(step.At + step.Length).ConfigureAwait(false);
                proxy.Faults = NetworkFaults.None;
            }
        }
        finally
        {
            proxy.Faults = NetworkFaults.None;
        }

        async Task UntilAsync(TimeSpan at)
        {
            TimeSpan wait = at - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static FaultStep Make(FaultKind kind, TimeSpan at, TimeSpan length, Random random)
    {
        double strength = random.NextDouble();
        return kind switch
        {
            FaultKind.Latency => BothWays(new() { Latency = Milliseconds(50 + (450 * strength)), Jitter = Milliseconds(500 * strength) }),
            FaultKind.Bandwidth => BothWays(new() { BytesPerSecond = 2_000 + (int)(8_000 * strength) }),
            FaultKind.SingleBytes => BothWays(new() { PieceBytes = 1 }),
            FaultKind.BlackHole => BothWays(new() { BlackHole = true }),
            FaultKind.BlackHoleToTarget => Step(new() { ToTarget = new() { BlackHole = true } }),
            FaultKind.BlackHoleToClient => Step(new() { ToClient = new() { BlackHole = true } }),
            FaultKind.ResetAfterBytes => BothWays(new() { ResetAfterBytes = 200 + (int)(2_000 * strength) }),
            FaultKind.Refuse => Step(new() { RefuseConnections = true }, ConnectionCut.Reset, 0.5),
            FaultKind.ClientsDie => Step(NetworkFaults.None, ConnectionCut.ClientDies, 0.5 + (strength / 2)),
            FaultKind.TargetsDie => Step(NetworkFaults.None, ConnectionCut.TargetDies, 0.5 + (strength / 2)),
            _ => Step(NetworkFaults.None, ConnectionCut.Reset),
        };

        FaultStep BothWays(DirectionFaults faults) => Step(NetworkFaults.BothWays(faults));

        FaultStep Step(NetworkFaults faults, ConnectionCut? cut = null, double share = 1) => new(kind, at, length, faults, cut, share);

        static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(Math.Round(value));
    }
}
