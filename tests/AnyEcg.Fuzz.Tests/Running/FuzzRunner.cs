using System.Diagnostics;

namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// Feeds a target with mutated seeds and holds every single input to the three promises: no exception but the documented one,
/// no longer than <see cref="TimeLimit"/>, no more memory than the target's bound. One thread.
/// </summary>
internal sealed class FuzzRunner(FuzzTarget target, IReadOnlyList<byte[]> corpus, ulong seed)
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(10);

    private const int MaxFindings = 10;

    /// <summary>The machine may take the processor away at any time: of what looks slow, the best of several attempts counts.</summary>
    private const int Attempts = 8;

    private static readonly TimeSpan LooksSlow = TimeSpan.FromMilliseconds(1);

    private readonly FuzzReport report = new() { Target = target.Name };

    public FuzzReport Run(long inputs)
    {
        // The seeds themselves first: they compile the code, so that no mutated input pays for it.
        for (int i = 0; i < corpus.Count; i++)
            Guard(-1 - i, corpus[i], () => target.Feed(corpus[i]));
        FuzzRandom random = new(seed, 0);
        for (long i = 0; i < inputs && report.Findings.Count < MaxFindings; i++)
            Try(i, Make(i, random));
        return report;
    }

    /// <summary>The input of that number.</summary>
    public byte[] Make(long input) => Make(input, new FuzzRandom(seed, input));

    private byte[] Make(long input, FuzzRandom random)
    {
        random.Restart(seed, input);
        return target.Mutator.Mutate(random.Pick(corpus), random.Pick(corpus), random);
    }

    private void Try(long number, byte[] input)
    {
        report.Inputs++;
        report.InputBytes += input.Length;
        bool taken = false;
        (TimeSpan time, long allocated) = Measure(number, input, ref taken);
        long bound = target.AllocationBound(input.Length);
        for (int i = 1; i < Attempts && (time > LooksSlow || allocated > bound); i++)
        {
            (TimeSpan again, long allocatedAgain) = Measure(number, input, ref taken);
            time = again < time ? again : time;
            allocated = Math.Min(allocated, allocatedAgain);
        }

        if (taken)
            report.Taken++;
        else
            report.Refused++;
        report.Slowest = time > report.Slowest ? time : report.Slowest;
        report.MostAllocated = Math.Max(report.MostAllocated, allocated);
        report.MostOfBound = Math.Max(report.MostOfBound, (double)allocated / bound);
        if (time > TimeLimit)
            report.Findings.Add(new(number, $"took {time.TotalMilliseconds:0.0} ms", input));
        if (allocated > bound)
            report.Findings.Add(new(number, $"allocated {allocated} bytes, {bound} are allowed", input));
    }

    private (TimeSpan Time, long Allocated) Measure(long number, byte[] input, ref bool taken)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        bool result = false;
        Guard(number, input, () => result = target.Feed(input));
        taken = result;
        return (Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>This is the place that must see every exception there is: each one is a finding.</summary>
    private void Guard(long number, byte[] input, Action feed)
    {
        try
        {
            feed();
        }
        catch (Exception e)
        {
            report.Findings.Add(new(number, $"{e.GetType().Name}: {e.Message} at {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}", input));
        }
    }
}
