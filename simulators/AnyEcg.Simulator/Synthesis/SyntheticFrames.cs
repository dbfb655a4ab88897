using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>The model as the frames of a device.</summary>
public sealed class SyntheticFrames : IFrameSource
{
    private readonly SyntheticOptions synthetic;
    private readonly int seed;
    private readonly int stride;
    private readonly float[] block;
    private SyntheticEcg ecg;
    private uint epoch;
    private long? startNs;

    /// <exception cref="ArgumentException">Settings out of range; the message names all faults.</exception>
    public SyntheticFrames(SyntheticOptions synthetic, int seed, FrameSourceOptions options)
    {
        string[] faults = [.. synthetic.Validate()];
        if (faults.Length > 0)
            throw new ArgumentException(string.Join("; ", faults), nameof(synthetic));
        if (!(options.FrameSeconds is >= FrameSourceOptions.MinFrameSeconds and <= FrameSourceOptions.MaxFrameSeconds))
            throw new ArgumentOutOfRangeException(nameof(options), $"Frames of {options.FrameSeconds} s.");
        this.synthetic = synthetic;
        this.seed = seed;
        Descriptor = new StreamDescriptor
        {
            SampleRateHz = synthetic.SampleRateHz,
            Leads = [.. synthetic.Leads.Select(name => new LeadDescriptor(name, LeadCodes.Of(LeadNames.Parse(name))))],
            MicrovoltsPerLsb = [synthetic.MicrovoltsPerLsb],
            AdcRange = [(short.MinValue, short.MaxValue)],
            Epoch = options.Epoch,
            Clock = options.Clock,
            Mains = options.Mains,
            ContentType = options.ContentType,
        };
        Format = Descriptor.ToStreamFormat();
        stride = Math.Max(1, (int)Math.Round(options.FrameSeconds * synthetic.SampleRateHz));
        block = new float[stride * synthetic.Leads.Length];
        ecg = new SyntheticEcg(synthetic, seed);
        (epoch, startNs) = (options.Epoch, options.StartNs);
    }

    public StreamDescriptor Descriptor { get; private set; }

    public StreamFormat Format { get; }

    public long Position => ecg.Position;

    /// <summary>A model has no date.</summary>
    public long? RecordedNs => null;

    public bool TryNext(EcgFrame into)
    {
        long first = ecg.Position;
        int count = ecg.Read(block, stride);
        if (count == 0)
            return false;
        into.Resize(synthetic.Leads.Length, count);
        into.Epoch = epoch;
        into.FirstSample = first;
        into.LeadOff = 0;
        into.DeviceTimeMark = startNs is null ? DeviceTimeMark.None : DeviceTimeMark.FirstSample;
        into.DeviceTimeNs = startNs is long start ? start + (long)Math.Round(first * (1e9 / synthetic.SampleRateHz)) : 0;
        for (int lead = 0; lead < synthetic.Leads.Length; lead++)
            block.AsSpan(lead * stride, count).CopyTo(into.LeadSamples(lead));
        return true;
    }

    public void Rewind(uint newEpoch, long? newStartNs)
    {
        ecg.Dispose();
        ecg = new SyntheticEcg(synthetic, seed);
        (epoch, startNs) = (newEpoch, newStartNs);
        Descriptor = Descriptor with { Epoch = newEpoch };
    }

    public void Dispose() => ecg.Dispose();
}
