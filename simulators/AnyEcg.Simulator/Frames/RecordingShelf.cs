using AnyEcg.Recordings;

namespace AnyEcg.Simulator;

/// <summary>
/// Recordings that many devices replay: each is read and cut once and shared, so that a device costs neither an open file nor a copy.
/// One thread at a time; what it gives out may be used on others.
/// </summary>
internal sealed class RecordingShelf
{
    /// <summary>Bytes of samples that are shared; a recording beyond it is read from its file, by each device on its own.</summary>
    private const long MaxBytes = 256 << 20;

    private readonly Dictionary<(string Path, FrameSourceOptions Options), FrameTape> tapes = [];
    private readonly Dictionary<(string Path, double RateHz), NoiseTape> noises = [];
    private long bytes;

    /// <summary>A recording of noise at a rate; at most ten minutes of it.</summary>
    /// <exception cref="RecordingFormatException">The recording is damaged or has no noise in it.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public NoiseTape OpenNoise(string path, double rateHz)
    {
        if (!noises.TryGetValue((path, rateHz), out NoiseTape? noise))
            noises.Add((path, rateHz), noise = NoiseTape.Open(path, rateHz));
        return noise;
    }

    /// <summary>Opens a recording for one device.</summary>
    /// <exception cref="RecordingFormatException">The recording is damaged or no ECG.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public IFrameSource Open(string path, FrameSourceOptions options)
    {
        if (tapes.TryGetValue((path, options), out FrameTape? known))
            return known.Play();
        FrameSource source = FrameSource.Open(path, options);
        long size = source.SampleCount * source.Format.Leads.Count * sizeof(float);
        if (bytes + size > MaxBytes)
            return source;
        using (source)
        {
            FrameTape tape = new(source);
            bytes += size;
            tapes.Add((path, options), tape);
            return tape.Play();
        }
    }
}
