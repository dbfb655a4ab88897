namespace AnyEcg.Simulator;

/// <summary>
/// What the heart does between or instead of beats: fibrillatory waves of the atria (5 to 8 Hz, a tenth of a millivolt) and of the
/// ventricles (4 to 7 Hz, changing in size and shape). A function of the time since the rhythm's start, so that it needs no memory.
/// </summary>
internal sealed class Oscillation
{
    private const int Parts = 3;

    /// <summary>Seconds over which a rhythm sets in, without a step.</summary>
    private const double Rise = 0.04;

    private readonly Part[] parts;
    private readonly Dipole[] directions;

    private Oscillation(Part[] parts, Dipole[] directions) => (this.parts, this.directions) = (parts, directions);

    /// <summary>That of a rhythm; null where there is none.</summary>
    public static Oscillation? Of(PlacedSegment placed, int seed)
    {
        SeededNoise noise = SeededNoise.For(seed, "oscillation", placed.Number);
        return placed.Segment.Rhythm switch
        {
            SyntheticRhythm.AtrialFibrillation => new Oscillation(
                Draw(noise, 5.2, 7.2), [new(0.030, 0.055, -0.050), new(0.012, 0.020, -0.030), new(0.010, 0.015, 0.012)]),
            SyntheticRhythm.VentricularFibrillation => new Oscillation(
                Draw(noise, 4.0, 6.2), [new(0.24, 0.34, 0.20), new(-0.14, 0.20, 0.24), new(0.16, -0.10, 0.12)]),
            _ => null,
        };
    }

    /// <param name="seconds">Since the rhythm's start.</param>
    public Dipole At(double seconds)
    {
        Dipole sum = default;
        for (int i = 0; i < Parts; i++)
            sum += parts[i].At(seconds) * directions[i];
        return Math.Min(1, seconds / Rise) * sum;
    }

    private static Part[] Draw(SeededNoise noise, double low, double high)
    {
        Part[] parts = new Part[Parts];
        for (int i = 0; i < Parts; i++)
        {
            double Between(int k, double a, double b) => a + ((b - a) * noise.Uniform((10 * i) + k));
            parts[i] = new Part(
                Between(0, low, high), Between(1, 0, 2 * Math.PI), Between(2, 0.15, 0.6), Between(3, 0, 2 * Math.PI), Between(4, 0.1, 0.4), Between(5, 0, 2 * Math.PI));
        }

        return parts;
    }

    /// <summary>A sine whose phase and size wander slowly.</summary>
    private readonly record struct Part(double Hz, double Phase, double WanderHz, double WanderPhase, double SizeHz, double SizePhase)
    {
        public double At(double t)
        {
            double wander = 1.6 * Math.Sin((2 * Math.PI * WanderHz * t) + WanderPhase);
            double size = 1 + (0.45 * Math.Sin((2 * Math.PI * SizeHz * t) + SizePhase));
            return size * Math.Sin((2 * Math.PI * Hz * t) + Phase + wander);
        }
    }
}
