using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Adds noise to every lead from the first sample to the last, each lead at the same ratio of signal to noise, as nst(1) of the
/// WFDB tools defines it: SNR = 10 log10(S / (a^2 N)) with S = (QRS height)^2 / 8, the power of a sine of that height, N = the
/// noise's power, a = the gain that is solved for. The sum is rounded to converter steps and held within the converter's range.
/// </summary>
internal sealed class NoiseMixer : IFrameChange
{
    private readonly NoiseStretch noise;
    private readonly StreamFormat format;
    private readonly long start;
    private readonly double[] gains;

    /// <param name="noise">At the record's rate.</param>
    /// <param name="start">Sample of the noise that falls on the record's first.</param>
    /// <param name="height">Of the QRS on each lead, converter steps peak to peak.</param>
    /// <param name="snrDb">The ratio.</param>
    /// <param name="format">Of the record.</param>
    public NoiseMixer(NoiseStretch noise, long start, double[] height, double snrDb, StreamFormat format)
    {
        this.noise = noise;
        this.start = start;
        this.format = format;
        gains = [.. height.Select((h, lead) => Gain(h, noise.Rms[noise.ChannelOf(lead)], snrDb))];
    }

    public static double Gain(double height, double noiseRms, double snrDb) =>
        noiseRms > 0 ? Math.Sqrt(height * height / 8 / Math.Pow(10, snrDb / 10)) / noiseRms : 0;

    public void Apply(EcgFrame frame)
    {
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            if ((frame.LeadOff >> lead & 1) != 0)
            {
                continue;
            }

            (double min, double max) = format.AdcRange is { } range ? range[lead] : (double.NegativeInfinity, double.PositiveInfinity);
            Span<float> samples = frame.LeadSamples(lead);
            for (int i = 0; i < samples.Length; i++)
            {
                double sum = samples[i] + (gains[lead] * noise.At(lead, start + frame.FirstSample + i));
                samples[i] = (float)Math.Clamp(Math.Round(sum), min, max);
            }
        }
    }
}
