namespace AnyEcg.Signal;

/// <summary>
/// Coefficients of one second-order section, a0 = 1. High-pass, low-pass and notch by the bilinear transform, from
/// R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients" (W3C Working Group Note, 2021);
/// with Q = 1/sqrt(2) the passes are Butterworth.
/// </summary>
internal readonly record struct Biquad(double B0, double B1, double B2, double A1, double A2)
{
    public const double ButterworthQ = 0.70710678118654752;

    /// <summary>Gain for a constant.</summary>
    public double DcGain => (B0 + B1 + B2) / (1 + A1 + A2);

    public static Biquad HighPass(double hz, double q, double rateHz)
    {
        (double cos, double alpha) = Prewarp(hz, q, rateHz);
        return Normalised((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, cos, alpha);
    }

    public static Biquad LowPass(double hz, double q, double rateHz)
    {
        (double cos, double alpha) = Prewarp(hz, q, rateHz);
        return Normalised((1 - cos) / 2, 1 - cos, (1 - cos) / 2, cos, alpha);
    }

    public static Biquad Notch(double hz, double q, double rateHz)
    {
        (double cos, double alpha) = Prewarp(hz, q, rateHz);
        return Normalised(1, -2 * cos, 1, cos, alpha);
    }

    private static (double Cos, double Alpha) Prewarp(double hz, double q, double rateHz)
    {
        double omega = 2 * Math.PI * hz / rateHz;
        return (Math.Cos(omega), Math.Sin(omega) / (2 * q));
    }

    private static Biquad Normalised(double b0, double b1, double b2, double cos, double alpha)
    {
        double a0 = 1 + alpha;
        return new Biquad(b0 / a0, b1 / a0, b2 / a0, -2 * cos / a0, (1 - alpha) / a0);
    }
}
