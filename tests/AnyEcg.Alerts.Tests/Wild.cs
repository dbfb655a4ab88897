using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>Ten minutes of anything: rates, classes, rhythms, losses and detectors that miss beats, by a seed.</summary>
internal static class Wild
{
    public static Scenario Make(int seed, AlertOptions? options = null)
    {
        Random random = new(seed);
        Scenario s = new(options);
        for (long at = 0; at < 600;)
        {
            long length = random.Next(1, 60);
            s.During(at, at + length, Change(random));
            double rate = random.Next(6) == 0 ? 1 : random.Next(20, 220);
            string classes = random.Next(3) switch { 0 => "NV", 1 => "NNSVV", _ => "NNNNNNN" };
            for (double beat = at; beat < at + length; beat += 60 / rate)
                s.Beat(beat, Enum.Parse<BeatClass>(classes[random.Next(classes.Length)].ToString()), random.Next(8) > 0, random.Next(8) > 0);
            at += length;
        }

        return s.Run(0);
    }

    private static Action<SecondObservation> Change(Random random)
    {
        RhythmClass rhythm = (RhythmClass)random.Next(RhythmClasses.Count);
        float probability = (float)random.NextDouble();
        PatchFlags flags = random.Next(4) == 0 ? (PatchFlags)random.Next(128) : PatchFlags.None;
        bool scored = random.Next(10) > 0;
        float anomaly = random.Next(3) == 0 ? 0.95f : 0;
        return o =>
        {
            Array.Clear(o.Rhythm);
            o.Rhythm[(int)rhythm] = probability;
            o.Anomaly = anomaly;
            o.Flags[0] = flags;
            o.Present = (flags & (PatchFlags.LeadOff | PatchFlags.Gap)) == 0 ? 1u : 0;
            o.Scored = scored && o.Present != 0;
        };
    }
}
