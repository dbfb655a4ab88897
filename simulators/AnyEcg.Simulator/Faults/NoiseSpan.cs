using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>One noise over its span of samples, on all leads.</summary>
internal sealed class NoiseSpan
{
    private readonly NoiseProcess[] processes = [];
    private readonly NoiseTape? tape;
    private readonly double[] steps;
    private readonly long first;
    private readonly long end;

    /// <param name="fault">Which noise, when, how much.</param>
    /// <param name="size">For each lead the height of the ECG in converter steps.</param>
    /// <param name="rate">True samples per second.</param>
    /// <param name="seeds">A source of chance for each lead.</param>
    public NoiseSpan(NoiseFault fault, double[] size, double rate, Func<int, SeededNoise> seeds)
        : this(fault, size, rate)
        => processes = [.. size.Select((_, lead) => new NoiseProcess(fault, rate, seeds(lead)))];

    /// <param name="fault">Which noise, when, how much.</param>
    /// <param name="size">For each lead the height of the ECG in converter steps.</param>
    /// <param name="rate">True samples per second.</param>
    /// <param name="tape">The recording of it.</param>
    public NoiseSpan(NoiseFault fault, double[] size, double rate, NoiseTape tape)
        : this(fault, size, rate)
        => this.tape = tape;

    private NoiseSpan(NoiseFault fault, double[] size, double rate)
    {
        first = (long)Math.Round(fault.From * rate);
        end = (long)Math.Round(fault.To * rate);
        double ratio = Math.Pow(10, fault.SnrDb / 20);
        steps = [.. size.Select(height => height / (2 * Math.Sqrt(2)) / ratio)];
    }

    public bool Touches(long from, int count) => from < end && from + count > first;

    /// <summary>Frames in order; adds to the samples of the span.</summary>
    public void Add(EcgFrame frame, long from)
    {
        int start = (int)Math.Max(0, first - from), stop = (int)Math.Min(frame.SamplesPerLead, end - from);
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            Span<float> samples = frame.LeadSamples(lead);
            for (int i = start; i < stop; i++)
            {
                long index = from + i - first;
                samples[i] += (float)(steps[lead] * (tape?.At(lead, index) ?? processes[lead].Next(index)));
            }
        }
    }
}
