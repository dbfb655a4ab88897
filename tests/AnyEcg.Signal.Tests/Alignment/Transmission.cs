namespace AnyEcg.Signal.Tests;

/// <summary>
/// A recording of two leads, every sample of which can be told from every other, cut into frames, and what a network may do
/// to them: repeat, overlap, lose, delay.
/// </summary>
internal sealed class Transmission(int seed)
{
    public const int Leads = 2, Rate = 250, Length = 3000, Longest = 150;

    /// <summary>With the longest frame this stays inside the default tolerance of 2 s.</summary>
    private const int LargestDelay = (2 * Rate) - Longest;

    private readonly Random random = new(seed);

    public static StreamFormat Format { get; } = new()
    {
        SampleRateHz = Rate,
        Leads = new LeadSet(Lead.I, Lead.II),
        MicrovoltsPerLsb = [5, 5],
        Baseline = [0, 0],
    };

    public static EcgFrame Frame(long first, int count, uint epoch = 1, float shift = 0, uint leadOff = 0)
    {
        EcgFrame frame = new() { Epoch = epoch, FirstSample = first, LeadOff = leadOff };
        frame.Resize(Leads, count);
        for (int i = 0; i < count; i++)
        {
            frame.LeadSamples(0)[i] = ((first + i) % 16_000_000) + shift;
            frame.LeadSamples(1)[i] = -((first + i) % 16_000_000) - 1;
        }

        return frame;
    }

    /// <summary>The whole recording in frames of random size, one after the other.</summary>
    public List<EcgFrame> Cut()
    {
        List<EcgFrame> frames = [];
        for (int at = 0; at < Length;)
        {
            int count = Math.Min(Length - at, random.Next(1, Longest + 1));
            frames.Add(Frame(at, count));
            at += count;
        }

        return frames;
    }

    /// <summary>Adds repeats and frames that reach across borders.</summary>
    public List<EcgFrame> Repeat(List<EcgFrame> frames)
    {
        List<EcgFrame> more = [.. frames];
        for (int i = 0; i < frames.Count / 2; i++)
        {
            EcgFrame again = frames[random.Next(frames.Count)];
            int first = random.Next(Length - 1);
            more.Add(random.Next(2) == 0 ? again : Frame(first, random.Next(1, Math.Min(Longest, Length - first) + 1)));
        }

        return [.. more.OrderBy(f => f.FirstSample)];
    }

    /// <summary>Loses some of them, neither the first nor the last.</summary>
    public List<EcgFrame> Lose(List<EcgFrame> frames) =>
        [.. frames.Where((_, i) => i == 0 || i == frames.Count - 1 || random.Next(6) != 0)];

    /// <summary>Delays every frame by up to the tolerance.</summary>
    public List<EcgFrame> Shuffle(List<EcgFrame> frames) =>
        [.. frames.Select(f => (Frame: f, At: f.FirstSample + random.Next(LargestDelay + 1))).OrderBy(p => p.At).Select(p => p.Frame)];

    /// <summary>The rows a recorder must end with when these frames, and no others, were sent.</summary>
    public static List<float> Expected(List<EcgFrame> sent)
    {
        float[] rows = new float[sent.Max(f => f.FirstSample + f.SamplesPerLead) * (Leads + 1)];
        Array.Fill(rows, float.NaN);
        foreach (EcgFrame frame in sent)
        {
            for (int i = 0; i < frame.SamplesPerLead; i++)
            {
                int row = (int)(frame.FirstSample + i) * (Leads + 1);
                (rows[row], rows[row + 1], rows[row + 2]) = (frame.LeadSamples(0)[i], frame.LeadSamples(1)[i], 0);
            }
        }

        return [.. rows];
    }
}
