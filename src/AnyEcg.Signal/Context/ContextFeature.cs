namespace AnyEcg.Signal;

/// <summary>
/// What is said of the seconds before and of this one, in the order of the values. RR intervals come from the classical
/// detector, joined over the leads; windows of 10, 30 and 60 s end one second before the end of the current second, for
/// late beats. Meanings and units are those before <see cref="ContextFeatures"/> centres and scales them.
/// </summary>
public enum ContextFeature
{
    /// <summary>Share of the last 10 s (60 s) that known RR intervals cover. Without any, what follows is neutral.</summary>
    Coverage10, Coverage60,

    /// <summary>ln of an RR interval in seconds: mean of the last four, mean over 10 s, median over 60 s.</summary>
    RateNow, Rate10, Rate60,

    /// <summary>ln of the longest (shortest) RR of the last 10 s over the median of 60 s.</summary>
    Longest10, Shortest10,

    /// <summary>ln of the seconds since the last beat, plus 0.1.</summary>
    Silence,

    /// <summary>How far the detector believes itself, and the leads each other: running means over about ten beats, 0 to 1.</summary>
    Quality, Agreement,

    /// <summary>ln of the standard deviation of RR over its mean, plus 0.01.</summary>
    Variation10, Variation30, Variation60,

    /// <summary>ln of the median change from RR to RR over the mean RR, plus 0.01: single premature beats do not move it.</summary>
    MedianStep10, MedianStep30, MedianStep60,

    /// <summary>ln of the root mean square change from RR to RR over the mean RR, plus 0.01.</summary>
    RootStep30,

    /// <summary>Share of changes above 50 ms; above a tenth of the mean RR.</summary>
    StepsOver50Ms30, StepsOverTenth60,

    /// <summary>Share of RR intervals that are longer or shorter than both neighbours; 2/3 in a random order.</summary>
    TurningPoints60,

    /// <summary>Entropy of the histogram of RR over its mean (16 classes of 1/16), 0 to 1.</summary>
    Entropy60,

    /// <summary>Sample entropy of the last 40 RR (m = 1, tolerance 6 % of the mean), after Lake and Moorman (2011).</summary>
    SampleEntropy,

    /// <summary>
    /// Plot of each change of RR against the one before, in cells of 40 ms, after Sarkar, Ritscher and Mehra (2008): share at the
    /// origin, number of occupied cells over points, share of short-then-long pairs.
    /// </summary>
    PlotOrigin60, PlotCells60, PlotPremature60,

    /// <summary>Autocorrelation of RR at two (three) beats: bigeminy, trigeminy.</summary>
    EverySecond60, EveryThird60,

    /// <summary>
    /// The 240 to 60 ms before each beat of the usual shape: share of the power that the running mean over 10 (30) beats keeps.
    /// Near 1 for a P wave that comes with each beat.
    /// </summary>
    PConsistency10, PConsistency30,

    /// <summary>ln of the mean's range over that of the QRS: how large the P wave is.</summary>
    PSize,

    /// <summary>ln of what varies from beat to beat there (rms over the range of the QRS): fibrillatory waves, noise.</summary>
    AtrialResidue,

    /// <summary>ln share of quick changes in what varies: near 0 for noise, low for waves.</summary>
    AtrialRoughness,

    /// <summary>Last 8 s with the QRS blanked: share of the power of 3.5-10 Hz in its highest line, and the line in hertz: flutter.</summary>
    AtrialPeak, AtrialHz,

    /// <summary>Share of beats unlike the usual shape (correlation below 0.8).</summary>
    Deviating10, Deviating30, Deviating60,

    /// <summary>Mean correlation of the last four beats with the usual shape.</summary>
    ShapeNow,

    /// <summary>Longest run of beats unlike the usual shape within 10 s, as ln(1 + beats).</summary>
    DeviatingRun10,

    /// <summary>Spread of the slope's energy about the QRS, in ln of milliseconds: of the usual beats; of the last four over that.</summary>
    Width, WidthNow,

    /// <summary>Share of beats that come before 85 % of the running mean RR and are unlike (like) the usual shape.</summary>
    PrematureWide60, PrematureNarrow60,

    /// <summary>Share of samples of 4 s beyond a fifth of the greatest (threshold crossing sample count, Arafat et al. 2011); mean with the 4 s before.</summary>
    Crossings4, Crossings8,

    /// <summary>What half a mean period's shift does not cancel (VF filter, Kuo and Dillman 1978), 0 for a sine; mean with the 4 s before.</summary>
    Leakage4, Leakage8,

    /// <summary>Spectrum of 4 s: ln of the highest line of 1-10 Hz in hertz, share of the power within 30 % of it, first moment over it, share above 12 Hz.</summary>
    PeakHz, PeakShare, Moment, FastShare,

    /// <summary>ln of the fourth moment over the square of the second: high when spikes stand on a quiet line.</summary>
    Kurtosis,

    /// <summary>Share of samples whose slope is below a twentieth of the steepest.</summary>
    Still,

    /// <summary>ln of mean slope over mean size, per 1/60 s.</summary>
    Slope,

    /// <summary>ln of millivolts over 4 s: root mean square, range.</summary>
    Size, Range,

    /// <summary>Zero crossings a second.</summary>
    ZeroCrossings,

    /// <summary>Highest peak of the autocorrelation between 180 and 1000 ms, over 4 s and 8 s: near 1 for anything regular.</summary>
    Regularity4, Regularity8,

    /// <summary>ln of the mean second difference in millivolts at 300 Hz over 4 s: muscle noise.</summary>
    Noise,

    /// <summary>Share of the last 4 s with doubt in their flags.</summary>
    Doubt,
}
