using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>Streams with leads that drop out and return, from a seed.</summary>
internal static class Streams
{
    public static TestStream Random(int seed, int maxLeads, int seconds, long startSecond = 0)
    {
        Random random = new(seed);
        int count = random.Next(1, maxLeads + 1);
        Lead[] leads = [.. Enumerable.Range(0, count).Select(_ => (Lead)random.Next(15))];
        bool[][] present = [.. leads.Select(_ => Presence(random, seconds))];
        return new TestStream(leads, present, startSecond);
    }

    /// <summary>Runs of presence up to 20 s, broken for 1 to 3 s or, now and then, for longer than the window.</summary>
    private static bool[] Presence(Random random, int seconds)
    {
        bool[] present = new bool[seconds];
        for (int k = random.Next(3); k < seconds;)
        {
            int run = random.Next(1, 20);
            present.AsSpan(k, Math.Min(run, seconds - k)).Fill(true);
            k += run + (random.Next(8) == 0 ? 12 : random.Next(1, 4));
        }

        return present;
    }
}
