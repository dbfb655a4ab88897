namespace AnyEcg.Signal;

/// <summary>What is known of one sample of one lead; travels beside the sample through the resampler.</summary>
[Flags]
internal enum SampleMarks : byte
{
    None = 0,

    /// <summary>The sample never came; a value was held in its place.</summary>
    Missing = 1,

    /// <summary>The device says that the electrode is off.</summary>
    DeviceOff = 2,

    /// <summary>The converter stands at its limit.</summary>
    Saturated = 4,

    /// <summary>The converter has given the same code for at least a second.</summary>
    Constant = 8,

    /// <summary>Within the first second after a restart of the filters.</summary>
    Settling = 16,

    /// <summary>Beyond +-5 mV after filtering.</summary>
    Clipped = 32,

    /// <summary>Any reason to call the lead off.</summary>
    AnyOff = DeviceOff | Saturated | Constant,
}
