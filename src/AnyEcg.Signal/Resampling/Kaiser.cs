namespace AnyEcg.Signal;

/// <summary>The Kaiser window (Kaiser 1974), by its stop-band attenuation.</summary>
internal static class Kaiser
{
    /// <summary>The window at <paramref name="x"/> of its half length: 1 at 0, 0 beyond +-1. Attenuation above 50 dB.</summary>
    public static double Window(double x, double attenuationDb)
    {
        if (Math.Abs(x) > 1)
            return 0;

        double beta = 0.1102 * (attenuationDb - 8.7);
        return BesselI0(beta * Math.Sqrt(1 - (x * x))) / BesselI0(beta);
    }

    /// <summary>Modified Bessel function of the first kind, order zero, by its power series.</summary>
    private static double BesselI0(double x)
    {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= x / (2.0 * k) * (x / (2.0 * k));
            sum += term;
        }

        return sum;
    }
}
