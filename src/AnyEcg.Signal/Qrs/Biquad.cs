namespace AnyEcg.Signal;

/// <summary>
/// Second-order Butterworth section (bilinear transform, direct form II transposed), state carried over.
/// </summary>
internal struct Biquad
{
    private double b0, b1, b2, a1, a2, z1, z2;

    public static Biquad LowPass(double cornerHz, double rateHz)
    {
        (double k, double norm) = Warp(cornerHz, rateHz);
        double b = k * k * norm;
        return new Biquad { b0 = b, b1 = 2 * b, b2 = b }.WithPoles(k, norm);
    }

    public static Biquad HighPass(double cornerHz, double rateHz)
    {
        (double k, double norm) = Warp(cornerHz, rateHz);
        return new Biquad { b0 = norm, b1 = -2 * norm, b2 = norm }.WithPoles(k, norm);
    }

    public double Next(double x)
    {
        double y = (b0 * x) + z1;
        z1 = (b1 * x) - (a1 * y) + z2;
        z2 = (b2 * x) - (a2 * y);
        return y;
    }

    /// <summary>Sets the state that an endless constant input <paramref name="x"/> would have left.</summary>
    public void Settle(double x)
    {
        double y = x * (b0 + b1 + b2) / (1 + a1 + a2);
        z2 = (b2 * x) - (a2 * y);
        z1 = (b1 * x) - (a1 * y) + z2;
    }

    private static (double K, double Norm) Warp(double cornerHz, double rateHz)
    {
        double k = Math.Tan(Math.PI * cornerHz / rateHz);
        return (k, 1 / (1 + (Math.Sqrt(2) * k) + (k * k)));
    }

    private Biquad WithPoles(double k, double norm)
    {
        a1 = 2 * ((k * k) - 1) * norm;
        a2 = (1 - (Math.Sqrt(2) * k) + (k * k)) * norm;
        return this;
    }
}
