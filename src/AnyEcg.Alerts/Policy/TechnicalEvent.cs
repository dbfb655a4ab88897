namespace AnyEcg.Alerts;

/// <summary>A technical condition, or the patient's mark, that does not come from the samples.</summary>
/// <param name="Kind">One of device offline to patient's mark.</param>
/// <param name="Epoch">The stream's epoch when it happened.</param>
/// <param name="Sample">The model-rate sample nearest to it; 0 where there is none.</param>
/// <param name="TimeNs">When it happened, nanoseconds since the Unix epoch on our clock.</param>
/// <param name="Sequence">Number that makes its id unique within stream, kind and epoch.</param>
public readonly record struct TechnicalEvent(AlertKind Kind, uint Epoch, long Sample, long TimeNs, long Sequence)
{
    /// <summary>A measured value that goes with it, where there is one.</summary>
    public double? Value { get; init; }
}
