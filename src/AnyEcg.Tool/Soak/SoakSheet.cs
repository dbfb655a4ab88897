using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>Both sides of one account.</summary>
/// <param name="Name">What is accounted for.</param>
/// <param name="Left">What there was, by name.</param>
/// <param name="Right">What became of it, by name.</param>
internal sealed record BalanceLine(string Name, IReadOnlyList<(string Name, long Value)> Left, IReadOnlyList<(string Name, long Value)> Right)
{
    /// <summary>The right side may fall short: what is lost before the first sample or after the last leaves no gap.</summary>
    public bool AtMost { get; init; }

    public bool Holds
    {
        get
        {
            long left = Left.Sum(term => term.Value), right = Right.Sum(term => term.Value);
            return AtMost ? left <= right : left == right;
        }
    }
}

/// <summary>One stream of a soak.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Record">The recording it plays.</param>
/// <param name="Ledger">What the device did with its samples.</param>
/// <param name="Expected">Transitions that the same frames raise without a network.</param>
/// <param name="Missing">Of those, not received.</param>
/// <param name="Unexpected">Received and not among them.</param>
internal sealed record SoakStream(string Stream, string Record, DeviceLedger Ledger, int Expected, int Missing, int Unexpected);

/// <summary>What the network did on one side of the broker.</summary>
internal sealed record SoakNetwork(string Side, IReadOnlyList<(FaultKind Kind, int Count, double Seconds)> Faults, ProxyCounters Counters);

/// <summary>The end of a soak.</summary>
internal sealed record SoakSheet
{
    public required SoakOptions Options { get; init; }

    public required string Version { get; init; }

    public required double WallSeconds { get; init; }

    public required IReadOnlyList<SoakStream> Streams { get; init; }

    public required IReadOnlyList<BalanceLine> Lines { get; init; }

    public required IReadOnlyList<SoakNetwork> Networks { get; init; }

    /// <summary>What is worth knowing and need not balance.</summary>
    public required IReadOnlyList<(string Name, long Value)> Notes { get; init; }

    public bool Balances => Lines.All(line => line.Holds) && Streams.All(stream => stream.Ledger.IsBalanced);
}
