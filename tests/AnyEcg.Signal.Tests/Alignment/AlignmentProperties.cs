using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class AlignmentProperties
{
    [Fact]
    public void Push_AnyCutRepeatOverlapAndOrderWithinTheTolerance_GivesTheVerySameSamples() => ForAnySeed(seed =>
    {
        Transmission way = new(seed);
        List<EcgFrame> sent = way.Repeat(way.Cut());
        (AlignedRecorder seen, AlignerCounters counters) = Send(way.Shuffle(sent));
        return seen.Rows.SequenceEqual(Transmission.Expected(sent))
            && counters is { SamplesGap: 0, SamplesProcessed: Transmission.Length, Late: 0, Conflict: 0, Rejected: 0, Pending: 0 };
    });

    [Fact]
    public void Push_LossesToo_GivesUpExactlyWhatWasNeverSent() => ForAnySeed(seed =>
    {
        Transmission way = new(seed);
        List<EcgFrame> sent = way.Lose(way.Repeat(way.Lose(way.Cut())));
        (AlignedRecorder seen, AlignerCounters counters) = Send(way.Shuffle(sent));
        List<float> expected = Transmission.Expected(sent);
        return seen.Rows.SequenceEqual(expected)
            && counters.SamplesGap == expected.Count(float.IsNaN) / (Transmission.Leads + 1)
            && counters.Late + counters.Conflict == 0;
    });

    [Fact]
    public void Push_WithinTheTolerance_AccountsForEverySampleAndFrame() => ForAnySeed(seed =>
    {
        Transmission way = new(seed);
        FrameAligner aligner = new(Transmission.Format, new AlignerOptions());
        AlignedRecorder seen = new(Transmission.Leads);
        long placed = 0;
        foreach (EcgFrame frame in way.Shuffle(way.Lose(way.Repeat(way.Cut()))))
        {
            placed += aligner.Push(frame, seen) is FrameOutcome.Accepted or FrameOutcome.Held ? frame.SamplesPerLead : 0;
            AssertConserved(aligner);
        }

        aligner.GiveUpHeld(seen);
        AlignerCounters counters = aligner.Counters;
        return placed == counters.SamplesProcessed + counters.SamplesOverlap + counters.SamplesLate && counters.Pending == 0;
    });

    [Fact]
    public void Push_AnyFramesAtAll_ConservesAndStaysInOrder() => ForAnySeed(seed =>
    {
        Random random = new(seed);
        FrameAligner aligner = new(Transmission.Format, new AlignerOptions { MaxHeldFrames = random.Next(1, 9) });
        AlignedRecorder seen = new(Transmission.Leads);
        for (int i = 0; i < 300; i++)
        {
            long first = random.Next(20) switch { 0 => random.NextInt64(), 1 => -random.Next(), 2 => random.Next(200_000), _ => random.Next(2000) };
            EcgFrame frame = Transmission.Frame(0, random.Next(1, 700), (uint)(1 + (i / 100)), random.Next(30) == 0 ? 1 : 0);
            frame.FirstSample = first;
            for (int s = 0; s < frame.SamplesPerLead; s++)
            {
                frame.LeadSamples(0)[s] += first % 1_000_000;
            }

            aligner.Push(frame, seen);
            AssertConserved(aligner);
        }

        aligner.GiveUpHeld(seen);
        AssertConserved(aligner);
        return aligner.Counters.Pending == 0 && aligner.Counters.SamplesGap == seen.Missing;
    });

    [Fact]
    public void Push_OneValueChangedInARepeat_IsAConflictAndChangesNothing() => ForAnySeed(seed =>
    {
        Transmission way = new(seed);
        Random random = new(seed);
        List<EcgFrame> sent = way.Cut();
        FrameAligner aligner = new(Transmission.Format, new AlignerOptions());
        AlignedRecorder seen = new(Transmission.Leads);
        bool found = true;
        foreach (EcgFrame frame in way.Shuffle(sent))
        {
            aligner.Push(frame, seen);
            int at = random.Next(frame.SamplesPerLead);
            EcgFrame wrong = Transmission.Frame(frame.FirstSample, frame.SamplesPerLead + 20);
            wrong.LeadSamples(random.Next(2))[at] += 1;
            found &= aligner.Push(wrong, seen) == FrameOutcome.Conflict
                && aligner.LastConflict == new SampleRange(1, frame.FirstSample + at, 1);
        }

        aligner.GiveUpHeld(seen);
        return found && aligner.Counters.Conflict == sent.Count && seen.Rows.SequenceEqual(Transmission.Expected(sent));
    });

    private static (AlignedRecorder Seen, AlignerCounters Counters) Send(List<EcgFrame> frames)
    {
        FrameAligner aligner = new(Transmission.Format, new AlignerOptions());
        AlignedRecorder seen = new(Transmission.Leads);
        foreach (EcgFrame frame in frames)
        {
            aligner.Push(frame, seen);
        }

        aligner.GiveUpHeld(seen);
        return (seen, aligner.Counters);
    }

    private static void AssertConserved(FrameAligner aligner)
    {
        AlignerCounters c = aligner.Counters;
        Assert.Equal(c.Received, c.Accepted + c.Duplicate + c.Late + c.Conflict + c.Rejected + c.Pending);
        Assert.InRange(c.Pending, 0, aligner.Options.MaxHeldFrames);
    }

    private static void ForAnySeed(Func<int, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), holds).QuickCheckThrowOnFailure();
}
