namespace AnyEcg.Simulator;

/// <summary>Draws the fate of one frame after the other. Always four draws a frame, so that changing one probability leaves the other faults where they were.</summary>
internal sealed class FaultDice(FaultOptions faults, int seed)
{
    private readonly Random random = new(seed);

    public FrameFaults Next()
    {
        double loss = random.NextDouble(), duplicate = random.NextDouble(), reorder = random.NextDouble(), delay = random.NextDouble();
        bool lost = loss < faults.Loss;
        return new FrameFaults(lost, !lost && duplicate < faults.Duplicate, !lost && reorder < faults.Reorder, delay * faults.JitterSeconds);
    }
}

/// <summary>The faults of one frame.</summary>
internal readonly record struct FrameFaults(bool Lost, bool Duplicated, bool Late, double DelaySeconds);
