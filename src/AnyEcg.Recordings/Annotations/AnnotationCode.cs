namespace AnyEcg.Recordings;

/// <summary>Annotation codes of the WFDB library (ecgcodes.h); the symbol that its programs print stands beside each.</summary>
public enum AnnotationCode : byte
{
    /// <summary>Not a QRS complex.</summary>
    NotQrs = 0,

    /// <summary>N</summary>
    Normal = 1,

    /// <summary>L</summary>
    LeftBundleBranchBlock = 2,

    /// <summary>R</summary>
    RightBundleBranchBlock = 3,

    /// <summary>a</summary>
    AberratedAtrialPremature = 4,

    /// <summary>V</summary>
    PrematureVentricular = 5,

    /// <summary>F</summary>
    Fusion = 6,

    /// <summary>J</summary>
    NodalPremature = 7,

    /// <summary>A</summary>
    AtrialPremature = 8,

    /// <summary>S</summary>
    SupraventricularPremature = 9,

    /// <summary>E</summary>
    VentricularEscape = 10,

    /// <summary>j</summary>
    NodalEscape = 11,

    /// <summary>/</summary>
    Paced = 12,

    /// <summary>Q</summary>
    Unclassifiable = 13,

    /// <summary>~</summary>
    NoiseChange = 14,

    /// <summary>|</summary>
    Artifact = 16,

    /// <summary>s</summary>
    StChange = 18,

    /// <summary>T</summary>
    TWaveChange = 19,

    /// <summary>*</summary>
    Systole = 20,

    /// <summary>D</summary>
    Diastole = 21,

    /// <summary>"</summary>
    Note = 22,

    /// <summary>=</summary>
    Measurement = 23,

    /// <summary>p</summary>
    PWavePeak = 24,

    /// <summary>B</summary>
    BundleBranchBlock = 25,

    /// <summary>^</summary>
    PacerSpike = 26,

    /// <summary>t</summary>
    TWavePeak = 27,

    /// <summary>+ (the new rhythm is in the text)</summary>
    RhythmChange = 28,

    /// <summary>u</summary>
    UWavePeak = 29,

    /// <summary>?</summary>
    Learning = 30,

    /// <summary>!</summary>
    VentricularFlutterWave = 31,

    /// <summary>[</summary>
    VentricularFlutterOnset = 32,

    /// <summary>]</summary>
    VentricularFlutterEnd = 33,

    /// <summary>e</summary>
    AtrialEscape = 34,

    /// <summary>n</summary>
    SupraventricularEscape = 35,

    /// <summary>@</summary>
    Link = 36,

    /// <summary>x</summary>
    NonConductedPWave = 37,

    /// <summary>f</summary>
    PacedFusion = 38,

    /// <summary>(</summary>
    WaveformOnset = 39,

    /// <summary>)</summary>
    WaveformEnd = 40,

    /// <summary>r</summary>
    ROnTPremature = 41,
}
