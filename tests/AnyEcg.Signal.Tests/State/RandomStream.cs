namespace AnyEcg.Signal.Tests;

/// <summary>
/// What may come of one device in half a minute, all of it from a seed: frames of any size, repeated, overlapping, contradicting,
/// lost, out of order within the tolerance, with leads off, clocks set and devices started anew; between them, times at which
/// the held ones are given up.
/// </summary>
internal sealed class RandomStream
{
    private const long Start = 1_700_000_000_000_000_000;
    private static readonly Lazy<float[][]> Excerpt = new(() => Read("runs_233.dat"));

    private readonly Random random;
    private readonly bool real, stamped;
    private readonly double rate;
    private uint epoch = 1;
    private long offset, clockNs;

    public RandomStream(int seed, int seconds = 30)
    {
        random = new Random(seed);
        rate = Streams.Rates[random.Next(Streams.Rates.Length)];
        Leads = random.Next(1, 4);
        (real, stamped) = (random.Next(2) == 0, random.Next(3) != 0);
        offset = random.Next(3) == 0 ? random.NextInt64(1L << 40) : random.Next(2) * random.Next(500);
        Format = Streams.Format(rate, Leads, (MainsFrequency)(random.Next(2) * 50)) with { Clock = (DeviceClockKind)random.Next(3) };
        Steps = Disorder(Send(seconds));
    }

    public int Leads { get; }

    public StreamFormat Format { get; }

    /// <summary>Frames in the order in which they come; null: the held ones are given up.</summary>
    public IReadOnlyList<EcgFrame?> Steps { get; }

    public StreamSignal NewSignal() => new(Format, new StreamSignalOptions());

    /// <summary>Steps before a cut: any number, or, every third time, those that lead into the seconds after a long loss.</summary>
    public int Cut(int seed)
    {
        int any = new Random(seed).Next(Steps.Count + 1);
        StreamSignal scout = NewSignal();
        for (int i = 0; i < Steps.Count && seed % 3 == 0; i++)
        {
            CollectedSeconds seconds = [];
            Take(scout, Steps[i], seconds);
            if (seconds.Count > 0 && seconds[^1].MissingShare[0] == 1)
                return i + 1;
        }

        return any;
    }

    /// <summary>Lets a stream take one of the steps.</summary>
    public static FrameOutcome? Take(StreamSignal signal, EcgFrame? step, IPatchSink sink)
    {
        if (step is not null)
            return signal.Push(step, sink);
        signal.GiveUpHeld(sink);
        return null;
    }

    private List<EcgFrame?> Send(int seconds)
    {
        List<EcgFrame?> sent = [];
        long at = 0, sentSamples = 0;
        while (sentSamples < seconds * rate)
        {
            int count = random.Next(1, (int)(0.7 * rate));
            int fate = random.Next(80);
            at += fate == 0 ? random.NextInt64(1, (long)(rate * Math.Pow(10, random.Next(1, 4)))) : fate is 1 or 2 ? count : 0;
            if (fate == 3)
                (epoch, offset) = (epoch + 1, random.Next(2) * random.NextInt64(1L << 30));
            clockNs += fate == 4 ? random.NextInt64(-3, 3) * 50_000_000_000_000 : 0;
            EcgFrame frame = Frame(at, count, fate == 5 ? (uint)random.Next(8) : 0);
            sent.Add(frame);
            (at, sentSamples) = (at + count, sentSamples + count);
            if (Odd(frame) is { } odd)
                sent.Add(odd);
            if (random.Next(60) == 0)
                sent.Add(null);
        }

        return sent;
    }

    /// <summary>Something after a frame that a good device would not send.</summary>
    private EcgFrame? Odd(EcgFrame last) => random.Next(50) switch
    {
        0 => last,
        1 => Frame(Math.Max(0, last.FirstSample - offset - 20), 40),
        2 => Frame(last.FirstSample - offset, last.SamplesPerLead, shift: 7),
        3 => Frame(Math.Max(0, last.FirstSample - offset - (long)(30 * rate)), 40),
        4 => Streams.Frame(last.FirstSample, 3, Leads + 1, (_, _) => 0, epoch: epoch),
        5 => Streams.Frame(-5, 3, Leads, (_, _) => 0, epoch: epoch),
        6 => Streams.Frame(1L << 50, 3, Leads, (_, _) => 0, epoch: epoch),
        7 => Frame(Math.Max(0, last.FirstSample - offset - (long)(30 * rate)), 40, aheadNs: 60_000_000_000),
        _ => null,
    };

    private EcgFrame Frame(long at, int count, uint leadOff = 0, float shift = 0, long aheadNs = 0)
    {
        EcgFrame frame = Streams.Frame(offset + at, count, Leads, (lead, n) => Code(lead, n - offset) + shift, leadOff, epoch);
        long taken = Start + (long)((at + count - 1) / rate * 1e9);
        frame.ReceivedNs = taken + random.Next(10_000_000, 400_000_000);
        if (stamped && random.Next(20) != 0)
        {
            frame.DeviceTimeMark = DeviceTimeMark.LastSample;
            frame.DeviceTimeNs = taken + clockNs + aheadNs + random.Next(-5_000_000, 5_000_000);
        }

        return frame;
    }

    /// <summary>Two seconds of each eleven on the rail in one lead, one still: a loose electrode.</summary>
    private float Code(int lead, long sample)
    {
        double seconds = sample / rate % 11;
        if (lead == Leads - 1 && seconds is > 6 and < 8)
            return 4095;
        float[] excerpt = Excerpt.Value[lead % 2];
        return real ? excerpt[sample % excerpt.Length] : Streams.Beats(rate, lead, sample);
    }

    private List<EcgFrame?> Disorder(List<EcgFrame?> sent) =>
        [.. sent.Select((frame, i) => (Frame: frame, At: i + (random.Next(10) == 0 ? random.NextDouble() * 3.5 : 0))).OrderBy(p => p.At).Select(p => p.Frame)];

    /// <summary>Two leads of 12-bit samples, three bytes a pair (WFDB format 212).</summary>
    private static float[][] Read(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AnyEcg.Stream.sln")))
            folder = folder.Parent;
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder.FullName, "recordings", name));
        float[][] leads = [new float[bytes.Length / 3], new float[bytes.Length / 3]];
        for (int i = 0; i < leads[0].Length; i++)
        {
            (byte low, byte both, byte last) = (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]);
            leads[0][i] = ((both & 15) << 28 >> 20) + low;
            leads[1][i] = (both >> 4 << 28 >> 20) + last;
        }

        return leads;
    }
}
