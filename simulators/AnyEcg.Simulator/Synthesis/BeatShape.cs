namespace AnyEcg.Simulator;

/// <summary>
/// The waves of a beat: a sum of Gaussian functions of time around the R peak, each with a dipole of its own. After McSharry, Clifford,
/// Tarassenko and Smith, "A dynamical model for generating synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50, 2003, in
/// closed form and, as Sameni and others (2007) do, on three axes; sizes and times are our own. The widths of P and QRS do not
/// change with the rate; the T wave comes earlier with the square root of the interval.
/// </summary>
internal sealed class BeatShape(params Wave[] waves)
{
    /// <summary>Before and after the R peak, seconds, no wave reaches further.</summary>
    public const double Before = 0.35, After = 0.75;

    private static readonly Wave SinusP = new(-0.16, 0.022, new(0.06, 0.11, -0.02));

    private static readonly Wave EctopicP = new(-0.13, 0.018, new(0.05, -0.07, -0.04));

    private static readonly Wave[] NarrowQrs =
    [
        new(-0.026, 0.009, new(-0.10, -0.04, -0.16)),
        new(0, 0.011, new(0.90, 0.95, 0.15)),
        new(0.030, 0.011, new(-0.16, -0.16, 0.42)),
    ];

    private static readonly Wave[] NarrowT =
    [
        new(0.245, 0.050, new(0.10, 0.10, -0.08)) { FollowsRate = true },
        new(0.290, 0.036, new(0.16, 0.15, -0.10)) { FollowsRate = true },
    ];

    private static readonly Wave[] WideQrs =
    [
        new(-0.010, 0.024, new(-0.35, 1.05, 0.55)),
        new(0.055, 0.026, new(0.35, -0.65, 0.85)),
        new(0.290, 0.062, new(0.15, -0.42, -0.40)) { FollowsRate = true },
    ];

    private static readonly Wave[] PacedQrs =
    [
        new(-0.055, 0.0012, new(1.6, 1.9, -0.6)),
        new(0, 0.028, new(0.55, -0.95, 0.45)),
        new(0.060, 0.024, new(-0.25, -0.35, 0.25)),
        new(0.310, 0.060, new(-0.10, 0.42, -0.25)) { FollowsRate = true },
    ];

    public static BeatShape Sinus { get; } = new([SinusP, .. NarrowQrs, .. NarrowT]);

    public static BeatShape NoP { get; } = new([.. NarrowQrs, .. NarrowT]);

    public static BeatShape Supraventricular { get; } = new([EctopicP, .. NarrowQrs, .. NarrowT]);

    public static BeatShape Ventricular { get; } = new(WideQrs);

    public static BeatShape Paced { get; } = new(PacedQrs);

    /// <summary>A P wave that is not conducted; it stands where its QRS would be expected.</summary>
    public static BeatShape AtrialOnly { get; } = new(SinusP);

    /// <summary>
    /// The dipole at a time from the R peak. What a wave adds is decided sample by sample, in the order of the waves, so the sum
    /// does not depend on how samples are cut into blocks.
    /// </summary>
    /// <param name="seconds">From the R peak.</param>
    /// <param name="stretch">Of the T wave's time, from <see cref="StretchOf"/>.</param>
    public Dipole At(double seconds, double stretch)
    {
        Dipole sum = default;
        foreach (Wave wave in waves)
        {
            double away = (seconds - (wave.FollowsRate ? wave.Centre * stretch : wave.Centre)) / wave.Width;
            if (Math.Abs(away) < 4.5)
                sum += Math.Exp(-0.5 * away * away) * wave.Amplitude;
        }

        return sum;
    }

    /// <summary>Bazett's square root of the interval before the beat, within what keeps the waves apart.</summary>
    public static double StretchOf(double intervalSeconds) => Math.Clamp(Math.Sqrt(intervalSeconds / 0.85), 0.62, 1.15);
}

/// <summary>One wave.</summary>
/// <param name="Centre">Seconds from the R peak.</param>
/// <param name="Width">Standard deviation, seconds.</param>
/// <param name="Amplitude">Millivolts.</param>
internal readonly record struct Wave(double Centre, double Width, Dipole Amplitude)
{
    /// <summary>Comes earlier at a higher rate.</summary>
    public bool FollowsRate { get; init; }
}
