using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool.Tests;

/// <summary>A real sinus rhythm whose leads all fall to a line with 10 uV of noise for 8 s, through the whole pipeline.</summary>
public sealed class SyntheticAsystoleTests
{
    private const int FlatFrom = 30;
    private const int FlatTo = 38;

    /// <summary>10 uV at 200 steps per millivolt.</summary>
    private const double NoiseSteps = 2;

    /// <param name="network">Whether the network goes on reporting a beat a second: then the classical detector is alone.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FlatLine_OnAllLeads_IsOneAsystoleWithinTenSeconds(bool network)
    {
        ResultCollector seen = Run(new PacedRunner(network));

        AlertTransition start = Assert.Single(seen.Transitions, t => t is { Kind: AlertKind.Asystole, Phase: AlertPhase.Start });
        Assert.InRange(start.OnsetSample / 300.0, FlatFrom - 1.2, FlatFrom);
        Assert.InRange(start.DecidedReceivedNs * 1e-9, FlatFrom + 3, FlatFrom + 10);
        Assert.Equal(network, start.QualityDoubtful);
        AlertTransition end = Assert.Single(seen.Transitions, t => t is { Kind: AlertKind.Asystole, Phase: AlertPhase.End });
        Assert.InRange(end.EndSample!.Value / 300.0, FlatFrom + 6, FlatTo + 1.2);
        Assert.DoesNotContain(seen.Transitions, t => t.Kind == AlertKind.LeadOff);
    }

    private static ResultCollector Run(PacedRunner runner)
    {
        ResultCollector seen = new();
        using FrameSource source = FrameSource.Open(Path.Combine(Excerpts.Folder, "sinus_103"), new FrameSourceOptions());
        EngineOptions options = new()
        {
            GiveUpHeldAfter = Timeout.InfiniteTimeSpan,
            NoDataAfter = Timeout.InfiniteTimeSpan,
            IdleTimeout = Timeout.InfiniteTimeSpan,
        };
        using StreamEngine engine = new(runner, options, AlertSettings.Default, seen, new StillClock());
        StreamKey key = new("file", "flat");
        Assert.True(engine.TrySubmit(EngineInput.OfFormat(key, source.Format)));
        Random noise = new(1);
        float[] level = new float[source.Format.Leads.Count];
        EcgFrame frame = new();
        for (int second = 0; second < 60 && source.TryNext(frame); second++)
        {
            frame.ReceivedNs = (second + 1) * 1_000_000_000L;
            Flatten(frame, level, noise, flat: second is >= FlatFrom and < FlatTo);
            Assert.True(engine.TrySubmit(EngineInput.OfFrame(key, frame)));
            engine.Drain();
        }

        Assert.True(engine.TrySubmit(EngineInput.OfClose(key)));
        engine.Drain();
        return seen;
    }

    /// <summary>Each lead stays at the level it had, within the noise.</summary>
    private static void Flatten(EcgFrame frame, float[] level, Random noise, bool flat)
    {
        for (int lead = 0; lead < level.Length; lead++)
        {
            Span<float> samples = frame.LeadSamples(lead);
            level[lead] = flat ? level[lead] : samples[^1];
            for (int i = 0; flat && i < samples.Length; i++)
                samples[i] = MathF.Round(level[lead] + (float)(NoiseSteps * ((2 * noise.NextDouble()) - 1)));
        }
    }

    /// <summary>Says sinus rhythm and a beat a second: always, or only where the signal has any height.</summary>
    private sealed class PacedRunner(bool always) : IModelRunner
    {
        private const int BeatBin = 12;

        public ModelRunnerInfo Info { get; } = new("fake", "paced", 64, 1024, 8);

        public bool TryOpen(int leadCount, out KvSlot slot)
        {
            slot = new KvSlot(0);
            return true;
        }

        public void Step(StepPlan plan, StepScores scores)
        {
            Array.Clear(scores.Beats);
            Array.Clear(scores.Rhythm);
            for (int row = 0; row < plan.RowCount; row++)
                scores.Rhythm[(row * RhythmClasses.Count) + (int)RhythmClass.Sinus] = 1;
            for (int token = 0; token < plan.TokenCount; token++)
            {
                for (int bin = 0; bin < StepScores.BeatBins; bin++)
                    scores.Beats[((token * StepScores.BeatBins) + bin) * StepScores.BeatClasses] = 1;
                int at = ((token * StepScores.BeatBins) + BeatBin) * StepScores.BeatClasses;
                if (always || IsTall(plan.Patches.AsSpan(token * PatchSecond.PatchSamples, PatchSecond.PatchSamples)))
                    (scores.Beats[at], scores.Beats[at + 1]) = (0, 1);
            }
        }

        public void Reset(KvSlot slot)
        {
            // Nothing is remembered.
        }

        public void Close(KvSlot slot)
        {
            // Nothing is held.
        }

        public int SnapshotSize(KvSlot slot) => 0;

        public void Snapshot(KvSlot slot, Span<byte> destination)
        {
            // Nothing to write.
        }

        public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot)
        {
            // Nothing to read.
        }

        public void Dispose()
        {
            // Nothing to free.
        }

        private static bool IsTall(ReadOnlySpan<float> patch)
        {
            float high = 0;
            foreach (float sample in patch)
                high = Math.Max(high, sample);
            return high > 0.5f;
        }
    }
}
