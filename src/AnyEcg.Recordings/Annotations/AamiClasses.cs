using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>From annotation codes to the beat classes of ANSI/AAMI EC57.</summary>
public static class AamiClasses
{
    /// <summary>The class of a beat; null for a code that is not a beat. Flutter waves are not beats.</summary>
    public static BeatClass? Find(AnnotationCode code) => code switch
    {
        AnnotationCode.Normal or AnnotationCode.LeftBundleBranchBlock or AnnotationCode.RightBundleBranchBlock
            or AnnotationCode.BundleBranchBlock or AnnotationCode.AtrialEscape or AnnotationCode.NodalEscape
            or AnnotationCode.SupraventricularEscape => BeatClass.N,
        AnnotationCode.AtrialPremature or AnnotationCode.AberratedAtrialPremature or AnnotationCode.NodalPremature
            or AnnotationCode.SupraventricularPremature => BeatClass.S,
        AnnotationCode.PrematureVentricular or AnnotationCode.VentricularEscape or AnnotationCode.ROnTPremature => BeatClass.V,
        AnnotationCode.Fusion => BeatClass.F,
        AnnotationCode.Paced or AnnotationCode.PacedFusion or AnnotationCode.Unclassifiable or AnnotationCode.Learning => BeatClass.Q,
        _ => null,
    };

    /// <summary>The code that stands for a class in a file: N, S, V, F and Q.</summary>
    public static AnnotationCode ToCode(BeatClass beat) => beat switch
    {
        BeatClass.N => AnnotationCode.Normal,
        BeatClass.S => AnnotationCode.SupraventricularPremature,
        BeatClass.V => AnnotationCode.PrematureVentricular,
        BeatClass.F => AnnotationCode.Fusion,
        _ => AnnotationCode.Unclassifiable,
    };
}
