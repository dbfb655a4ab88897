using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>
/// The path of one lead: raw codes -> lead-off marks -> 300 Hz -> filters -> millivolts clipped to +-5. Fed in blocks of at most
/// <see cref="BlockSamples"/>; leaves its outputs in <see cref="Output"/> until the next call. Engine thread only.
/// </summary>
internal sealed class LeadPath : IStateful
{
    /// <summary>Most device-rate samples in one call.</summary>
    public const int BlockSamples = 64;

    /// <summary>Clip of the network's input, in millivolts.</summary>
    public const float ClipMillivolts = 5;

    /// <summary>Beyond any electrode offset; keeps a wild value from overflowing the filters for good.</summary>
    private const double InputLimitMillivolts = 1e5;

    private const int SettlingSamples = PatchSecond.ModelRateHz;

    private readonly LeadOffDetector detector;
    private readonly Resampler resampler;
    private readonly FilterChain filters;
    private readonly double baseline;
    private readonly double millivoltsPerLsb;
    private readonly float[] input = new float[BlockSamples];
    private readonly SampleMarks[] inputMarks = new SampleMarks[BlockSamples];
    private readonly float[] output;
    private readonly SampleMarks[] outputMarks;
    private int settling;
    private int offRun;
    private float last;
    private bool primed;

    public LeadPath(StreamFormat format, PolyphaseDesign design, int lead)
    {
        detector = new LeadOffDetector(format, lead);
        resampler = new Resampler(design);
        filters = new FilterChain(format.Mains);
        baseline = format.Baseline[lead];
        millivoltsPerLsb = format.MicrovoltsPerLsb[lead] / 1000;
        output = new float[resampler.MaxOutputs(BlockSamples)];
        outputMarks = new SampleMarks[output.Length];
    }

    /// <summary>Device-rate samples after an output's time that it needs.</summary>
    public int DelaySamples => resampler.DelaySamples;

    /// <summary>Outputs of the last call, in millivolts, with their marks.</summary>
    public ReadOnlySpan<float> Output => output;

    public ReadOnlySpan<SampleMarks> OutputMarks => outputMarks;

    /// <summary>Starts anew at a device-rate sample: a new epoch, or the end of a long loss.</summary>
    public void Restart(long firstInput)
    {
        detector.Reset();
        resampler.Restart(firstInput);
        (primed, offRun) = (false, 0);
    }

    /// <summary>Takes samples in converter steps; returns the number of outputs.</summary>
    public int Push(ReadOnlySpan<float> codes, bool deviceOff)
    {
        detector.Mark(codes, deviceOff, inputMarks);
        Scale(codes);
        last = input[codes.Length - 1];
        return Run(codes.Length);
    }

    /// <summary>Holds the last value for samples that never came; returns the number of outputs.</summary>
    public int Hold(int count)
    {
        input.AsSpan(0, count).Fill(last);
        inputMarks.AsSpan(0, count).Fill(SampleMarks.Missing);
        return Run(count);
    }

    public void Exchange(StateExchange state)
    {
        state.Object(detector);
        state.Object(resampler);
        state.Object(filters);
        (settling, offRun) = (state.Count(settling, SettlingSamples), state.Count(offRun, SettlingSamples));
        state.Value(ref last);
        state.Value(ref primed);
    }

    private int Run(int count)
    {
        int outputs = resampler.Push(input.AsSpan(0, count), inputMarks.AsSpan(0, count), output, outputMarks);
        bool plain = primed && settling == 0 && offRun == 0 && !outputMarks.AsSpan(0, outputs).ContainsAnyExcept(SampleMarks.None);
        if (plain)
            filters.Run(output.AsSpan(0, outputs), outputMarks, ClipMillivolts);
        for (int i = 0; i < outputs && !plain; i++)
            Filter(ref output[i], ref outputMarks[i]);

        return outputs;
    }

    /// <summary>Millivolts in double, rounded once.</summary>
    private void Scale(ReadOnlySpan<float> codes)
    {
        ref float from = ref MemoryMarshal.GetReference(codes);
        ref float to = ref MemoryMarshal.GetArrayDataReference(input);
        Vector256<double> zero = Vector256.Create(baseline), step = Vector256.Create(millivoltsPerLsb);
        Vector256<double> most = Vector256.Create(InputLimitMillivolts), least = -most;
        int i = 0;
        for (; i + Vector256<float>.Count <= codes.Length; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            low = Vector256.Min(Vector256.Max((low - zero) * step, least), most);
            high = Vector256.Min(Vector256.Max((high - zero) * step, least), most);
            Vector256.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < codes.Length; i++)
            input[i] = (float)Math.Clamp((codes[i] - baseline) * millivoltsPerLsb, -InputLimitMillivolts, InputLimitMillivolts);
    }

    private void Filter(ref float sample, ref SampleMarks mark)
    {
        bool off = (mark & SampleMarks.AnyOff) != 0;
        if (!primed || (!off && offRun >= SettlingSamples))
        {
            filters.Prime(sample);
            (primed, settling) = (true, SettlingSamples);
        }

        offRun = off ? Math.Min(offRun + 1, SettlingSamples) : 0;
        if (settling > 0)
        {
            settling--;
            mark |= SampleMarks.Settling;
        }

        double value = filters.Step(sample);
        if (Math.Abs(value) >= ClipMillivolts)
            mark |= SampleMarks.Clipped;
        sample = (float)Math.Clamp(value, -ClipMillivolts, ClipMillivolts);
    }
}
