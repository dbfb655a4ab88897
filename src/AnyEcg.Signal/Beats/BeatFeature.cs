namespace AnyEcg.Signal;

/// <summary>
/// What is said of a beat candidate, in the order of a row. Ratios are natural logarithms within +-2; 0 where one side is not
/// known. "rr" is the interval that would end at the candidate, rr1 and rr2 the two before it. Renaming or moving one
/// makes judges trained before unusable; the loader refuses them.
/// </summary>
public enum BeatFeature
{
    /// <summary>Mass of the network's bins: how sure it is of some beat.</summary>
    Mass,

    /// <summary>1 where rr is known.</summary>
    Known,

    /// <summary>rr to the median of the last 8 and 32 intervals, and to the mean of the last 128.</summary>
    RrMed8, RrMed32, RrMean128,

    /// <summary>rr to rr1; rr1 and rr2 to the median of 32.</summary>
    RrRr1, Rr1Med32, Rr2Med32,

    /// <summary>rr to the 90 % and 10 % points of the last 64 intervals, and to the longest of the last 8.</summary>
    RrQ90, RrQ10, RrMax8,

    /// <summary>Interquartile range of the last 8 to their median; root mean square of the steps of the last 32 to their median; 90 % to 10 % point of the last 64.</summary>
    Iqr8, Jitter32, Spread64,

    /// <summary>rr and rr1 to the median of the last 32 intervals between two beats of the usual shape.</summary>
    RrNormal32, Rr1Normal32,

    /// <summary>Likeness of the beat before, and of the one before that.</summary>
    Likeness1, Likeness2,

    /// <summary>rr + rr1 to twice the median of 32; rr to rr2.</summary>
    PairMed32, RrRr2,

    /// <summary>rr and rr1 to the usual interval that outlasts runs (<see cref="RrHistory.Anchor"/>); rr to the upper envelope and to the 75 % point of the last 128.</summary>
    RrAnchor, Rr1Anchor, RrUpper, RrQ75,

    /// <summary>Logarithm of one plus the early intervals in a row, over 3; median step of the last 32 intervals to their median.</summary>
    Run, Steps32,

    /// <summary>From here on of one lead alone. Correlation of the QRS with the dominant template, and the largest with another one.</summary>
    Likeness, OtherLikeness,

    /// <summary>Share of the remembered beats that have this shape.</summary>
    Share,

    /// <summary>Height, area, width, spread of the slopes and steepest slope to the dominant template's.</summary>
    Amplitude, Area, Width, Spread, Slope,

    /// <summary>Correlation with the beat before.</summary>
    Previous,

    /// <summary>P region (280 to 100 ms before) against the template's: correlation, energy, difference over the template's height.</summary>
    PLikeness, PEnergy, PChange,

    /// <summary>Mean second difference before the QRS over its height.</summary>
    Noise,

    /// <summary>QRS feature here to the median of the last 8 beats; before and after the candidate to here.</summary>
    Height, Before, After,

    /// <summary>Strength of the classical detection within 150 ms, over 4; 1 where that detector has had its time.</summary>
    Classical, ClassicalKnown,

    /// <summary>Means of <see cref="PLikeness"/> and <see cref="Likeness"/> over the last 16 beats or so.</summary>
    PStable, LikenessMean,
}
