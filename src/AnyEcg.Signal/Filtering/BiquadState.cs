namespace AnyEcg.Signal;

/// <summary>Memory of one second-order section (transposed direct form II): plain data, copied to take a snapshot.</summary>
internal struct BiquadState
{
    public double S1;
    public double S2;

    /// <summary>The state in which a constant input has lasted for ever.</summary>
    public static BiquadState Settled(in Biquad section, double input)
    {
        double output = section.DcGain * input;
        double s2 = (section.B2 * input) - (section.A2 * output);
        return new BiquadState { S1 = (section.B1 * input) - (section.A1 * output) + s2, S2 = s2 };
    }

    public double Step(in Biquad section, double input)
    {
        double output = (section.B0 * input) + S1;
        S1 = (section.B1 * input) - (section.A1 * output) + S2;
        S2 = (section.B2 * input) - (section.A2 * output);
        return output;
    }
}
