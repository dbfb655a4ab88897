namespace AnyEcg.Signal;

/// <summary>
/// Tells from raw converter codes whether one lead is off: the device's flag, saturation, or a constant code. A line that is
/// merely flat keeps its noise of a few codes and is not lead-off: asystole looks like that. Works sample by sample, so that
/// the verdicts do not depend on how samples are split into frames. Engine thread only.
/// </summary>
internal sealed class LeadOffDetector : IStateful
{
    /// <summary>A constant code at the extreme for this long is saturation where the converter's range is not known.</summary>
    private const double RailSeconds = 0.25;

    /// <summary>Range of a signal, in microvolts, that no resting baseline reaches: below it an extreme code is no rail.</summary>
    private const double RailSpanMicrovolts = 5000;

    private readonly float lowRail;
    private readonly float highRail;
    private readonly float railSpan;
    private readonly int railRun;
    private readonly int constantRun;
    private float last;
    private float lowest;
    private float highest;
    private int run;

    public LeadOffDetector(StreamFormat format, int lead)
    {
        (double Min, double Max) range = format.AdcRange is { } ranges
            ? ranges[lead]
            : (double.NegativeInfinity, double.PositiveInfinity);
        lowRail = (float)range.Min;
        highRail = (float)range.Max;
        railSpan = format.AdcRange is null ? (float)(RailSpanMicrovolts / format.MicrovoltsPerLsb[lead]) : float.PositiveInfinity;
        railRun = (int)Math.Ceiling(format.SampleRateHz * RailSeconds);
        constantRun = (int)Math.Ceiling(format.SampleRateHz);
        Reset();
    }

    /// <summary>Forgets everything: a new epoch, or a long loss.</summary>
    public void Reset() => (last, lowest, highest, run) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0);

    /// <summary>
    /// Marks samples that follow on those of the last call; bridged losses are left out and leave the state as it is.
    /// </summary>
    public void Mark(ReadOnlySpan<float> codes, bool deviceOff, Span<SampleMarks> marks)
    {
        SampleMarks device = deviceOff ? SampleMarks.DeviceOff : SampleMarks.None;
        for (int i = 0; i < codes.Length; i++)
        {
            float code = codes[i];
            Follow(code);
            SampleMarks mark = device;
            if (run >= constantRun)
                mark |= SampleMarks.Constant;
            if (code <= lowRail || code >= highRail || IsUnknownRail(code))
                mark |= SampleMarks.Saturated;
            marks[i] = mark;
        }
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref last, ref lowest, ref highest);
        run = state.Count(run, constantRun);
    }

    private void Follow(float code)
    {
        run = code == last ? Math.Min(run + 1, constantRun) : 1;
        last = code;
        lowest = Math.Min(lowest, code);
        highest = Math.Max(highest, code);
    }

    private bool IsUnknownRail(float code) =>
        run >= railRun && (code == lowest || code == highest) && highest - lowest >= railSpan;
}
