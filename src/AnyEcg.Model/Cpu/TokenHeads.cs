using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>What the network says of tokens: codes and surprise, beats, reconstructions. By ranges of tokens, from any thread.</summary>
internal sealed unsafe class TokenHeads
{
    private readonly NetworkConfig config;
    private readonly ModelHeads heads;
    private readonly KvRings rings;
    private readonly PlanIndex index;
    private readonly Tokenizer tokenizer;
    private readonly BeatHead beats;
    private readonly CodeHead codes;
    private readonly PackedMatrix reconstruction;

    public TokenHeads(PackedWeights weights, RunnerState state, Tokenizer tokenizer, ModelHeads heads)
    {
        config = weights.Config;
        this.heads = heads;
        this.tokenizer = tokenizer;
        rings = state.Rings;
        index = state.Index;
        beats = new BeatHead(weights);
        codes = new CodeHead(weights);
        reconstruction = weights.Linear("reconstruction");
    }

    public int ScratchLength(int tokens) => Math.Max(Math.Max(beats.ScratchLength(tokens), codes.ScratchLength(tokens)), reconstruction.PaddedOutputs);

    /// <summary>Codes of the tokenizer's outputs, x [tokens, D].</summary>
    public void Quantize(float* x, int start, int end, StepScores scores, float* scratch)
    {
        if ((heads & ModelHeads.Surprise) != 0)
        {
            codes.Quantize(x, end - start, scratch, scores.Code.AsSpan(start, end - start));
        }
    }

    /// <summary>Beats and reconstructions from the final states [token, D] of these tokens and of none else.</summary>
    public void ScoreOwn(StepPlan plan, int start, int end, float* states, StepScores scores, float* scratch)
    {
        if ((heads & ModelHeads.Beats) != 0)
        {
            ScoreBeats(plan, start, end, states, scores, scratch);
        }

        if ((heads & ModelHeads.Reconstruction) != 0)
        {
            Reconstruct(plan, start, end, states, scores, scratch);
        }
    }

    private void ScoreBeats(StepPlan plan, int start, int end, float* states, StepScores scores, float* scratch)
    {
        beats.Prepare(states + (long)start * config.Dim, config.Dim, end - start, scratch);
        for (int token = start; token < end; token += BeatHead.Batch)
        {
            int count = Math.Min(end - token, BeatHead.Batch);
            for (int i = 0; i < count; i++)
            {
                FillTail(token + i);
            }

            float* logits = beats.Score(tokenizer.Steps(token), tokenizer.Stride, count, token - start, end - start, scratch);
            for (int i = 0; i < count; i++, logits += StepScores.BeatBins * VectorMath.Width)
            {
                if (!plan.TokenReadOnly[token + i])
                {
                    int bins = (token + i) * StepScores.BeatBins;
                    Span<float> classes = scores.Beats.AsSpan(bins * StepScores.BeatClasses, StepScores.BeatBins * StepScores.BeatClasses);
                    BeatHead.ClassesAndOffsets(logits, classes, scores.BeatOffset.AsSpan(bins, StepScores.BeatBins));
                }
            }
        }
    }

    private void FillTail(int token)
    {
        Span<float> front = new(tokenizer.Steps(token), tokenizer.TailLength);
        if (index.HasSecondBefore(token, out int before))
        {
            new Span<float>(before >= 0 ? tokenizer.Tail(before) : rings.Tail(index.LeadSlot[token]), front.Length).CopyTo(front);
        }
        else
        {
            front.Clear();
        }
    }

    private void Reconstruct(StepPlan plan, int start, int end, float* states, StepScores scores, float* scratch)
    {
        for (int token = start; token < end; token++)
        {
            if (plan.TokenReadOnly[token])
            {
                reconstruction.Multiply(states + (long)token * config.Dim, config.Dim, 1, scratch, reconstruction.PaddedOutputs);
                new ReadOnlySpan<float>(scratch, PatchSecond.PatchSamples).CopyTo(scores.Reconstruction.AsSpan(token * PatchSecond.PatchSamples));
            }
        }
    }

    /// <summary>Surprise: needs the final states of the second before, in this plan or of the last one.</summary>
    public void ScoreSurprise(int start, int end, float* states, StepScores scores, float* scratch)
    {
        if ((heads & ModelHeads.Surprise) == 0)
        {
            return;
        }

        for (int token = start; token < end; token++)
        {
            bool any = index.HasSecondBefore(token, out int before);
            float* state = before >= 0 ? states + (long)before * config.Dim : rings.State(index.LeadSlot[token]);
            VectorMath.Copy(any ? state : states + (long)token * config.Dim, scratch + (token - start) * config.Dim, config.Dim);
        }

        codes.Surprise(end - start, scratch, scores.Code.AsSpan(start, end - start), scores.Surprise.AsSpan(start, end - start));
        for (int token = start; token < end; token++)
        {
            scores.Surprise[token] = index.HasSecondBefore(token, out _) ? scores.Surprise[token] : 0;
        }
    }

    /// <summary>Keeps what the next second of each lead needs.</summary>
    public void Keep(StepPlan plan, int start, int end, float* states)
    {
        for (int token = start; token < end; token++)
        {
            if (plan.TokenReadOnly[token])
            {
                continue;
            }

            int leadSlot = index.LeadSlot[token];
            rings.Stamp(leadSlot, index.Second(token));
            if (index.IsLastOfLead(token))
            {
                VectorMath.Copy(tokenizer.Tail(token), rings.Tail(leadSlot), tokenizer.TailLength);
                VectorMath.Copy(states + (long)token * config.Dim, rings.State(leadSlot), config.Dim);
            }
        }
    }
}
