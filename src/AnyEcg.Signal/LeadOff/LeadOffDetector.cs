using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        if (IsPlain(codes))
        {
            marks[..codes.Length].Fill(device);
            return;
        }

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

    /// <summary>
    /// Whether samples stay off the rails and change so often that no run of equal codes grows long enough to matter: most do. Where so,
    /// they have been followed.
    /// </summary>
    private bool IsPlain(ReadOnlySpan<float> codes)
    {
        const int Width = 8;

        // A run is broken within eight steps, so it is at most fifteen long, and the one that runs gets at most nine longer.
        if (codes.Length <= 2 * Width || railRun < 2 * Width || run + Width + 2 > railRun)
            return false;
        (float least, float greatest) = VectorSums.Range(codes);
        if (!(least > lowRail && greatest < highRail) || IsStill(codes))
            return false;
        (lowest, highest) = (Math.Min(lowest, least), Math.Max(highest, greatest));
        (last, run) = (codes[^1], 1);
        for (int i = codes.Length - 2; codes[i] == last; i--)
            run++;
        return true;
    }

    /// <summary>Whether eight steps stand together without a change.</summary>
    private static bool IsStill(ReadOnlySpan<float> codes)
    {
        ref float x = ref MemoryMarshal.GetReference(codes);
        int end = codes.Length - Vector256<float>.Count;
        for (int i = 1; i < end; i += Vector256<float>.Count)
        {
            if (Vector256.EqualsAll(Vector256.LoadUnsafe(ref x, (nuint)i), Vector256.LoadUnsafe(ref x, (nuint)(i - 1))))
                return true;
        }

        return Vector256.EqualsAll(Vector256.LoadUnsafe(ref x, (nuint)end), Vector256.LoadUnsafe(ref x, (nuint)(end - 1)));
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
