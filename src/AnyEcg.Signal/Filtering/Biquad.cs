namespace AnyEcg.Signal;

/// <summary>
/// Second-order section, direct form II transposed, with its state. Plain data: not to be boxed, or a copy is worked on.
/// Coefficients: bilinear transform with the corner prewarped, as in R. Bristow-Johnson, "Cookbook formulae for audio equalizer
/// biquad filter coefficients" (W3C Working Group Note, 2021); the passes are Butterworth (Q = 1/sqrt 2).
/// </summary>
internal struct Biquad
{
    private double b0, b1, b2, a1, a2, z1, z2;

    /// <summary>Passes everything unchanged.</summary>
    public static Biquad Identity => new() { b0 = 1 };

    public static Biquad LowPass(double cornerHz, double rateHz)
    {
        (double k, double norm) = Warp(cornerHz, Math.Sqrt(0.5), rateHz);
        double b = k * k * norm;
        return new Biquad { b0 = b, b1 = 2 * b, b2 = b }.WithPoles(k, Math.Sqrt(0.5), norm);
    }

    public static Biquad HighPass(double cornerHz, double rateHz)
    {
        (double k, double norm) = Warp(cornerHz, Math.Sqrt(0.5), rateHz);
        return new Biquad { b0 = norm, b1 = -2 * norm, b2 = norm }.WithPoles(k, Math.Sqrt(0.5), norm);
    }

    /// <summary>Takes out <paramref name="centreHz"/>; the width at -3 dB is the centre divided by <paramref name="q"/>.</summary>
    public static Biquad Notch(double centreHz, double q, double rateHz)
    {
        (double k, double norm) = Warp(centreHz, q, rateHz);
        double b = (1 + (k * k)) * norm;
        return new Biquad { b0 = b, b1 = 2 * ((k * k) - 1) * norm, b2 = b }.WithPoles(k, q, norm);
    }

    public double Next(double x)
    {
        double y = (b0 * x) + z1;
        z1 = (b1 * x) - (a1 * y) + z2;
        z2 = (b2 * x) - (a2 * y);
        return y;
    }

    /// <summary>Coefficients and state, for a loop that keeps them in registers; <see cref="Keep"/> takes the state back.</summary>
    public readonly void Deconstruct(out double b0, out double b1, out double b2, out double a1, out double a2, out double z1, out double z2) =>
        (b0, b1, b2, a1, a2, z1, z2) = (this.b0, this.b1, this.b2, this.a1, this.a2, this.z1, this.z2);

    public void Keep(double first, double second) => (z1, z2) = (first, second);

    /// <summary>Sets the state that an endless constant input <paramref name="x"/> would have left; returns the constant output.</summary>
    public double Settle(double x)
    {
        double y = x * (b0 + b1 + b2) / (1 + a1 + a2);
        z2 = (b2 * x) - (a2 * y);
        z1 = (b1 * x) - (a1 * y) + z2;
        return y;
    }

    /// <summary>The state alone; the coefficients are made from settings.</summary>
    public void Exchange(StateExchange state) => state.Value(ref z1, ref z2);

    private static (double K, double Norm) Warp(double hz, double q, double rateHz)
    {
        double k = Math.Tan(Math.PI * hz / rateHz);
        return (k, 1 / (1 + (k / q) + (k * k)));
    }

    private Biquad WithPoles(double k, double q, double norm)
    {
        a1 = 2 * ((k * k) - 1) * norm;
        a2 = (1 - (k / q) + (k * k)) * norm;
        return this;
    }
}
