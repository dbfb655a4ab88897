using System.Numerics;

namespace AnyEcg.Signal;

/// <summary>
/// Context features of one stream, second by second: what a network that reads patches cannot see, for it takes milliseconds or
/// minutes. Causal: the values of second k depend on seconds up to k alone. They depend on differences of seconds only, not on
/// how the stream was cut into frames. A new epoch, or two or more seconds without any of its leads, start it anew; a lead
/// restarts by itself in the same way. Fixed memory (10 kB a lead and 15 kB), no allocation a second. Engine thread only.
/// </summary>
public sealed class ContextExtractor : IStateful
{
    private const int Rate = PatchSecond.ModelRateHz;

    private readonly uint leads;
    private readonly LeadContext?[] contexts;
    private readonly QrsVote vote = new();
    private readonly ContextBeats beats = new();
    private readonly float[] one = new float[ContextFeatures.Count], sums = new float[ContextFeatures.Count];
    private readonly float[] weights = new float[ContextFeatures.Count];
    private uint epoch;
    private long last;
    private int absent;
    private bool begun;

    /// <param name="leadCount">Leads of the stream, 1 to <see cref="LeadSet.MaxLeads"/>.</param>
    /// <param name="leads">Bit i: lead i is looked at; all by default.</param>
    public ContextExtractor(int leadCount, uint leads = uint.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leadCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leadCount, LeadSet.MaxLeads);
        this.leads = leads & ((1u << leadCount) - 1);
        contexts = new LeadContext?[leadCount];
        for (int lead = 0; lead < leadCount; lead++)
            contexts[lead] = (this.leads >> lead & 1) != 0 ? new LeadContext() : null;
    }

    /// <summary>
    /// Takes the next second of the stream, in ascending order of (epoch, second), with or without tokens, and writes its
    /// <see cref="ContextFeatures.Count"/> values: finite, within +-<see cref="ContextFeatures.Limit"/>, 0 where nothing is known.
    /// </summary>
    public void Observe(PatchSecond second, Span<float> context)
    {
        ArgumentNullException.ThrowIfNull(second);
        Span<float> values = context[..ContextFeatures.Count];
        uint present = second.Present & leads;
        long until = second.Second * Rate;
        int missed = Follow(second, present != 0);
        if (missed > 0)
            beats.Lose(until - Rate);
        Take(second, present, missed, until + Rate);
        AddBeats(second.Qrs, present, until);
        if (present == 0)
            beats.Lose(until);
        values.Fill(float.NaN);
        RateFeatures.Write(beats, until, values);
        WriteLeads(present, until, values);
        ContextFeatures.Standardise(values);
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Setting(leads);
        state.Object(vote);
        state.Object(beats);
        state.Value(ref epoch);
        last = state.Position(last);
        absent = state.Count(absent, 2);
        state.Value(ref begun);
        foreach (LeadContext? lead in contexts)
            lead?.Exchange(state);
    }

    /// <summary>Starts anew where the stream does; returns how many seconds of an unbroken stretch were jumped over, 0 or 1.</summary>
    private int Follow(PatchSecond second, bool hasToken)
    {
        long jumped = begun && second.Epoch == epoch ? second.Second - last - 1 : long.MaxValue / 2;
        bool broken = jumped + absent >= 2;
        absent = hasToken ? 0 : broken ? 1 : absent + (int)jumped + 1;
        if (broken || absent >= 2)
            Restart();
        (epoch, last, begun) = (second.Epoch, second.Second, true);
        return broken ? 0 : (int)jumped;
    }

    private void Take(PatchSecond second, uint present, int missed, long until)
    {
        for (int lead = 0; lead < contexts.Length; lead++)
        {
            if (missed > 0)
                contexts[lead]?.Miss(until - Rate);
            if ((present >> lead & 1) != 0)
                contexts[lead]!.Take(second.Lead(lead), second.Flags[lead], until);
            else
                contexts[lead]?.Miss(until);
        }
    }

    private void AddBeats(List<QrsDetection> found, uint present, long until)
    {
        vote.Add(found, leads);
        while (vote.TryNext(until, present, out VotedBeat beat))
        {
            if (!beats.Takes(beat.Sample))
                continue;
            long interval = beats.Count == 0 ? 0 : beat.Sample - beats[0].Sample;
            (float likeness, float likenessWeight, float width, float widthWeight) = (0, 0, 0, 0);
            for (uint left = present; left != 0; left &= left - 1)
            {
                int lead = BitOperations.TrailingZeroCount(left);
                float weight = vote.WeightOf(lead, until);
                (float like, float wide) = contexts[lead]!.Observe(beat.Sample, interval);
                (likeness, likenessWeight) = float.IsNaN(like) ? (likeness, likenessWeight) : (likeness + (weight * like), likenessWeight + weight);
                (width, widthWeight) = float.IsNaN(wide) ? (width, widthWeight) : (width + (weight * wide), widthWeight + weight);
            }

            beats.Add(beat, likeness / likenessWeight, width / widthWeight);
        }
    }

    /// <summary>Writes what each lead says for itself, as a mean by their weights, and what is said of the beats.</summary>
    private void WriteLeads(uint present, long until, Span<float> values)
    {
        Array.Clear(sums);
        Array.Clear(weights);
        (float width, float widthWeight) = (0, 0);
        for (uint left = present; left != 0; left &= left - 1)
        {
            int lead = BitOperations.TrailingZeroCount(left);
            float weight = vote.WeightOf(lead, until), usual = contexts[lead]!.UsualWidth;
            (width, widthWeight) = usual > 0 ? (width + (weight * usual), widthWeight + weight) : (width, widthWeight);
            Array.Fill(one, float.NaN);
            contexts[lead]!.Write(beats, one);
            for (int i = 0; i < one.Length; i++)
                (sums[i], weights[i]) = float.IsNaN(one[i]) ? (sums[i], weights[i]) : (sums[i] + (weight * one[i]), weights[i] + weight);
        }

        for (int i = 0; i < sums.Length; i++)
            values[i] = weights[i] > 0 ? sums[i] / weights[i] : values[i];
        ShapeFeatures.Write(beats, until, widthWeight > 0 ? width / widthWeight : 0, values);
    }

    private void Restart()
    {
        vote.Clear();
        beats.Clear();
        foreach (LeadContext? lead in contexts)
            lead?.Clear();
    }
}
