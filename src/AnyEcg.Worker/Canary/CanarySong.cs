using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// The canary's ECG: lead II at 250 Hz, 75 beats a minute, and in each period a silence. P wave, QRS and T wave are Gaussians, as in the
/// model of McSharry, Clifford, Tarassenko and Smith (IEEE Trans. Biomed. Eng. 50:289, 2003); the base line wanders, since a constant
/// converter code would be a lead that is off. Immutable.
/// </summary>
internal sealed class CanarySong(int periodSeconds, int silentSeconds)
{
    public const int RateHz = 250;

    /// <summary>Beats before the first silence, and at least between two: detectors need them to know what a beat is.</summary>
    public const int CalmSeconds = 20;

    /// <summary>In samples: 0.8 s.</summary>
    private const int BeatSamples = 200;

    private const double MicrovoltsPerLsb = 5;

    /// <summary>Of each wave: place from the R peak in s, height in uV, width (standard deviation) in s.</summary>
    private static readonly (double At, double Height, double Width)[] Waves =
    [
        (-0.17, 120, 0.025), (-0.025, -100, 0.008), (0, 1000, 0.010), (0.025, -200, 0.009), (0.26, 280, 0.050),
    ];

    public static StreamDescriptor Descriptor(uint epoch) => new()
    {
        SampleRateHz = RateHz,
        Leads = [LeadDescriptor.Of(Lead.II)],
        MicrovoltsPerLsb = [MicrovoltsPerLsb],
        Epoch = epoch,
        ContentType = NativeFrameCodec.ContentType,
    };

    public bool IsSilent(long second) => second >= CalmSeconds && (second - CalmSeconds) % periodSeconds < silentSeconds;

    public bool BeginsSilence(long second) => IsSilent(second) && !IsSilent(second - 1);

    /// <summary>Sample of the last R peak before a second begins.</summary>
    public static long LastBeatBefore(long second) => Peak(Math.DivRem((second * RateHz) - 1 - Peak(0), BeatSamples).Quotient);

    /// <summary>Fills a frame with one second, in converter steps.</summary>
    public void Sing(long second, uint epoch, EcgFrame frame)
    {
        frame.Resize(1, RateHz);
        (frame.Epoch, frame.FirstSample) = (epoch, second * RateHz);
        for (int i = 0; i < RateHz; i++)
        {
            frame.Samples[i] = (float)Math.Round(Microvolts(frame.FirstSample + i) / MicrovoltsPerLsb);
        }
    }

    private static long Peak(long beat) => (beat * BeatSamples) + (BeatSamples / 2);

    private double Microvolts(long sample)
    {
        double sum = 25 * Math.Sin(sample * Math.Tau * 0.31 / RateHz);
        long beat = sample / BeatSamples;
        for (long near = Math.Max(0, beat - 1); near <= beat + 1; near++)
        {
            if (!IsSilent(Peak(near) / RateHz))
            {
                sum += Beat((double)(sample - Peak(near)) / RateHz);
            }
        }

        return sum;
    }

    private static double Beat(double seconds)
    {
        double sum = 0;
        foreach ((double at, double height, double width) in Waves)
        {
            double z = (seconds - at) / width;
            sum += height * Math.Exp(-z * z / 2);
        }

        return sum;
    }
}
