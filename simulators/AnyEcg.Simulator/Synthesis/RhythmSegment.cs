namespace AnyEcg.Simulator;

/// <summary>A rhythm that can be synthesised.</summary>
public enum SyntheticRhythm
{
    /// <summary>Sinus rhythm of any rate, so also brady- and tachycardia.</summary>
    Sinus,

    /// <summary>Irregular, without P waves, with fibrillatory waves.</summary>
    AtrialFibrillation,

    /// <summary>Regular narrow complexes without P waves.</summary>
    SupraventricularTachycardia,

    /// <summary>Regular wide complexes.</summary>
    VentricularTachycardia,

    /// <summary>No complexes: an oscillation of 4 to 7 Hz that changes in shape and size.</summary>
    VentricularFibrillation,

    /// <summary>No complexes, the line of the amplifier.</summary>
    Asystole,

    /// <summary>Ventricular pacing: a spike before each wide complex.</summary>
    Paced,

    /// <summary>Sinus rhythm of which every n-th P wave is not conducted.</summary>
    DroppedBeats,
}

/// <summary>A stretch of one rhythm.</summary>
public sealed record RhythmSegment
{
    public required SyntheticRhythm Rhythm { get; init; }

    /// <summary>Length.</summary>
    public required double Seconds { get; init; }

    /// <summary>Beats in a minute (of the atria, with dropped beats); for rhythms that have beats.</summary>
    public double Rate { get; init; } = 72;

    /// <summary>Every n-th beat is a premature ventricular one (2: bigeminy, 3: trigeminy); 0: none.</summary>
    public int VentricularEvery { get; init; }

    /// <summary>Ventricular beats in a row each time: 1 single, 2 couplets, 3 and more runs.</summary>
    public int VentricularRun { get; init; } = 1;

    /// <summary>Every n-th beat is a premature supraventricular one; 0: none.</summary>
    public int SupraventricularEvery { get; init; }

    /// <summary>Of <see cref="SyntheticRhythm.DroppedBeats"/>: every n-th P wave is not conducted.</summary>
    public int DropEvery { get; init; } = 4;

    /// <summary>Seconds from the start of the segment at which the heart pauses.</summary>
    public double? PauseAt { get; init; }

    /// <summary>Length of that pause, from beat to beat.</summary>
    public double PauseSeconds { get; init; } = 3;

    /// <summary>All faults, in words.</summary>
    internal IEnumerable<string> Validate()
    {
        if (!(Seconds is > 0 and <= 31_536_000))
            yield return "seconds: above 0, at most a year";
        if (!(Rate is >= 10 and <= 350))
            yield return "rate: 10 to 350";
        if (VentricularEvery is < 0 or 1 || SupraventricularEvery is < 0 or 1)
            yield return "ventricularEvery, supraventricularEvery: 0, or 2 and more";
        if (VentricularRun is < 1 or > 100)
            yield return "ventricularRun: 1 to 100";
        if (DropEvery < 2)
            yield return "dropEvery: 2 and more";
        if (PauseAt < 0 || !(PauseSeconds is > 0 and <= 60))
            yield return "pauseAt, pauseSeconds: not below 0, at most 60 s";
    }
}
