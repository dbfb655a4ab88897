using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Keeps of a record only one stretch: the filtered samples as the network saw them, its beats and its rhythm. Engine thread only.
/// </summary>
/// <param name="from">First second, from the record's start.</param>
/// <param name="seconds">How many.</param>
/// <param name="ended">Cancelled once the stretch is complete: the rest of the record need not be read.</param>
internal sealed class StripCollector(double from, double seconds, CancellationTokenSource ended) : IEngineOutput
{
    private readonly long first = (long)Math.Round(from * PatchSecond.ModelRateHz);
    private readonly int count = (int)Math.Round(seconds * PatchSecond.ModelRateHz);
    private readonly List<TimedBeat> beats = [];
    private readonly List<RhythmSpan> rhythms = [];
    private float[][] leads = [];

    /// <summary>Per lead, NaN where nothing came; empty before the stretch began.</summary>
    public IReadOnlyList<float[]> Leads => leads;

    public StripReading Reading => new("found", beats, rhythms);

    public void Alert(AlertTransition transition)
    {
        // Not drawn.
    }

    public void Rhythm(RhythmSummary summary)
    {
        // Per-second results say it all.
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
    {
        Episode stretch = new(from, from + seconds);
        Episode second = new(patch.Second, patch.Second + 1);
        if (second.Overlaps(stretch))
        {
            Copy(patch);
            Add(new RhythmSpan(second.Clip(stretch.Start, stretch.End), observation.Scored ? observation.MainRhythm : RhythmClass.Unreadable, ""));
        }

        beats.AddRange(observation.Beats.Where(beat => beat.Sample >= first && beat.Sample < first + count)
            .Select(beat => new TimedBeat((double)beat.Sample / PatchSecond.ModelRateHz, beat.Class)));

        // The beats of a second's last 200 ms come with the next one.
        if (patch.Second > stretch.End)
            ended.Cancel();
    }

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
        // The caller reuses its frame after the turn.
    }

    private void Copy(PatchSecond patch)
    {
        if (leads.Length == 0)
        {
            leads = [.. Enumerable.Range(0, patch.LeadCount).Select(_ => new float[count])];
            foreach (float[] lead in leads)
                Array.Fill(lead, float.NaN);
        }

        long offset = (patch.Second * PatchSecond.ModelRateHz) - first;
        for (int lead = 0; lead < leads.Length; lead++)
        {
            if ((patch.Present >> lead & 1) == 0)
                continue;
            Span<float> samples = patch.Lead(lead);
            for (int i = (int)Math.Max(0, -offset); i < samples.Length && i + offset < count; i++)
                leads[lead][i + offset] = samples[i];
        }
    }

    private void Add(RhythmSpan next)
    {
        if (rhythms.Count > 0 && rhythms[^1].Rhythm == next.Rhythm && rhythms[^1].Episode.End >= next.Episode.Start)
            rhythms[^1] = rhythms[^1] with { Episode = rhythms[^1].Episode with { End = next.Episode.End } };
        else
            rhythms.Add(next);
    }
}
