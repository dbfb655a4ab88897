using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// The arithmetic of one step, layer by layer over all tokens of the plan. All that follows the attention of one layer up to
/// the keys of the next is row by row, so each layer is one piece of parallel work over chunks of tokens, with one barrier.
/// Keys and values of two layers are held: the one being read, and the next being written; the ring entries of a layer
/// are written while the layer after it runs, when nobody reads them any more.
/// </summary>
internal sealed unsafe class StepCompute
{
    public const int MaxChunk = 48;

    private readonly NetworkConfig config;
    private readonly ModelHeads heads;
    private readonly WorkerPool pool;
    private readonly KvRings rings;
    private readonly PlanIndex index;
    private readonly Tokenizer tokenizer;
    private readonly RotaryTable rotary;
    private readonly BlockLayer[] layers;
    private readonly CardioSparseAttention attention;
    private readonly Affine norm;
    private readonly BeatHead beats;
    private readonly CodeHead codes;
    private readonly RowHeads rows;
    private readonly PackedMatrix reconstruction;
    private readonly float* x;
    private readonly float* states;
    private readonly EntryLayout layout;
    private readonly byte* queries;
    private readonly byte*[] entries = new byte*[2];
    private readonly WorkerScratch[] scratch;
    private readonly Action<int, int, int> embedChunk, layerChunk, tokenHeadChunk, rowHiddenChunk, rowHeadChunk;
    private StepPlan plan = null!;
    private StepScores scores = null!;
    private int layer;

    public StepCompute(NativeArena arena, ModelWeights weights, RunnerState state, WorkerPool pool, ModelHeads heads, CpuModelOptions options)
    {
        PackedWeights packed = new(arena, weights);
        config = weights.Config;
        this.heads = heads;
        this.pool = pool;
        rings = state.Rings;
        index = state.Index;
        tokenizer = new Tokenizer(arena, packed, options.MaxTokens);
        rotary = new RotaryTable(arena, config, options.MaxRows);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new BlockLayer(packed, i))];
        attention = new CardioSparseAttention(config, rings, index);
        norm = packed.Affine("norm");
        beats = new BeatHead(packed);
        codes = new CodeHead(packed);
        rows = new RowHeads(arena, packed, rings, options.MaxRows);
        reconstruction = packed.Linear("reconstruction");
        x = arena.Floats((long)options.MaxTokens * config.Dim);
        states = arena.Floats((long)options.MaxTokens * config.Dim);
        layout = new EntryLayout(config);
        queries = arena.Bytes((long)options.MaxTokens * layout.QueryBytes);
        entries[0] = arena.Bytes((long)options.MaxTokens * layout.Bytes);
        entries[1] = arena.Bytes((long)options.MaxTokens * layout.Bytes);
        scratch = [.. Enumerable.Range(0, pool.Workers).Select(_ => new WorkerScratch(arena, ScratchLength(), attention.MaxKeys, config))];
        embedChunk = EmbedChunk;
        layerChunk = LayerChunk;
        tokenHeadChunk = TokenHeadChunk;
        rowHiddenChunk = RowHiddenChunk;
        rowHeadChunk = RowHeadChunk;
    }

    private int ScratchLength() => new[]
    {
        tokenizer.ScratchLength,
        MaxChunk * (1 + Math.Max(3, config.MlpRatio)) * config.Dim,
        beats.ScratchLength(MaxChunk),
        codes.ScratchLength(MaxChunk),
        rows.ScratchLength(MaxChunk),
        MaxChunk * reconstruction.PaddedOutputs,
    }.Max();

    /// <summary>Computes the plan that <see cref="PlanIndex"/> was built from, and writes rings and scores.</summary>
    public void Run(StepPlan newPlan, StepScores newScores)
    {
        plan = newPlan;
        scores = newScores;
        rotary.Fill(plan);
        int chunk = ChunkSize(plan.TokenCount);
        pool.Run(embedChunk, plan.TokenCount, chunk);
        for (layer = 0; layer < layers.Length; layer++)
        {
            pool.Run(layerChunk, plan.TokenCount, chunk);
        }

        rows.Pool(plan, states);
        pool.Run(tokenHeadChunk, plan.TokenCount, chunk);
        pool.Run(rowHiddenChunk, plan.RowCount, ChunkSize(plan.RowCount));
        rows.AddToEpochs(plan);
        pool.Run(rowHeadChunk, plan.RowCount, ChunkSize(plan.RowCount));
        KeepForNextSecond();
    }

    /// <summary>Even shares in whole blocks of 8 rows; small enough that a chunk's activations stay in the cache.</summary>
    private int ChunkSize(int count)
    {
        int share = (count + pool.Workers - 1) / pool.Workers;
        return Math.Clamp((share + 7) / 8 * 8, 8, MaxChunk);
    }

    private void EmbedChunk(int worker, int start, int end)
    {
        tokenizer.Embed(plan, start, end, Row(x, start), scratch[worker].Floats);
        if (config.TokenizerLayers == 0)
        {
            Quantize(worker, start, end);
        }

        ProjectChunk(worker, start, end, 0);
    }

    private void ProjectChunk(int worker, int start, int end, int next)
    {
        float* qkv = layers[next].Project(Row(x, start), end - start, scratch[worker].Floats);
        for (int token = start; token < end; token++, qkv += 3 * config.Dim)
        {
            layers[next].Store(qkv, rotary.Row(index.TokenRow[token]), Query(token), Entry(next, token));
        }
    }

    private void LayerChunk(int worker, int start, int end)
    {
        WorkerScratch own = scratch[worker];
        WriteRings(layer - 1, start, end);
        for (int token = start; token < end; token++)
        {
            attention.Attend(plan, token, layer, Query(token), Entry(layer, 0), own.Keys, own.Scores, own.Attended + (token - start) * config.Dim);
        }

        layers[layer].Finish(Row(x, start), own.Attended, end - start, own.Floats);
        if (layer == config.TokenizerLayers - 1)
        {
            Quantize(worker, start, end);
        }

        if (layer + 1 < layers.Length)
        {
            ProjectChunk(worker, start, end, layer + 1);
        }
        else
        {
            FinalChunk(worker, start, end);
        }
    }

    private void Quantize(int worker, int start, int end)
    {
        if ((heads & ModelHeads.Surprise) != 0)
        {
            codes.Quantize(Row(x, start), end - start, scratch[worker].Floats, scores.Code.AsSpan(start, end - start));
        }
    }

    /// <summary>Copies the keys and values of a finished layer to the rings, unless a later second of this plan takes the place.</summary>
    private void WriteRings(int finished, int start, int end)
    {
        for (int token = start; finished >= 0 && token < end; token++)
        {
            if (!plan.TokenReadOnly[token] && index.Second(token) > index.FinalSecond(token) - config.Window)
            {
                Span<byte> place = new(rings.Entry(index.LeadSlot[token], finished, index.Second(token)), layout.Bytes);
                new ReadOnlySpan<byte>(Entry(finished, token), layout.Bytes).CopyTo(place);
            }
        }
    }

    private void FinalChunk(int worker, int start, int end)
    {
        for (int token = start; token < end; token++)
        {
            VectorMath.LayerNorm(Row(x, token), Row(states, token), config.Dim, norm.Weight, norm.Bias);
        }

        if ((heads & ModelHeads.Beats) != 0)
        {
            BeatChunk(scratch[worker].Floats, start, end);
        }

        if ((heads & ModelHeads.Reconstruction) != 0)
        {
            ReconstructChunk(scratch[worker].Floats, start, end);
        }
    }

    private void BeatChunk(float* floats, int start, int end)
    {
        beats.Prepare(Row(states, start), config.Dim, end - start, floats);
        for (int token = start; token < end; token += BeatHead.Batch)
        {
            int count = Math.Min(end - token, BeatHead.Batch);
            for (int i = 0; i < count; i++)
            {
                FillTail(token + i);
            }

            float* logits = beats.Score(tokenizer.Steps(token), tokenizer.Stride, count, token - start, end - start, floats);
            for (int i = 0; i < count; i++, logits += StepScores.BeatBins * VectorMath.Width)
            {
                ScoreBins(token + i, logits);
            }
        }
    }

    private void ScoreBins(int token, float* logits)
    {
        if (!plan.TokenReadOnly[token])
        {
            int bins = token * StepScores.BeatBins;
            Span<float> classes = scores.Beats.AsSpan(bins * StepScores.BeatClasses, StepScores.BeatBins * StepScores.BeatClasses);
            BeatHead.ClassesAndOffsets(logits, classes, scores.BeatOffset.AsSpan(bins, StepScores.BeatBins));
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

    private void ReconstructChunk(float* floats, int start, int end)
    {
        for (int token = start; token < end; token++)
        {
            if (plan.TokenReadOnly[token])
            {
                reconstruction.Multiply(Row(states, token), config.Dim, 1, floats, reconstruction.PaddedOutputs);
                new ReadOnlySpan<float>(floats, PatchSecond.PatchSamples).CopyTo(scores.Reconstruction.AsSpan(token * PatchSecond.PatchSamples));
            }
        }
    }

    private void TokenHeadChunk(int worker, int start, int end)
    {
        WriteRings(layers.Length - 1, start, end);
        if ((heads & ModelHeads.Surprise) == 0)
        {
            return;
        }

        float* gathered = scratch[worker].Floats;
        for (int token = start; token < end; token++)
        {
            bool any = index.HasSecondBefore(token, out int before);
            float* state = before >= 0 ? Row(states, before) : rings.State(index.LeadSlot[token]);
            new ReadOnlySpan<float>(any ? state : Row(states, token), config.Dim).CopyTo(new Span<float>(gathered + (token - start) * config.Dim, config.Dim));
        }

        codes.Surprise(end - start, gathered, scores.Code.AsSpan(start, end - start), scores.Surprise.AsSpan(start, end - start));
        for (int token = start; token < end; token++)
        {
            scores.Surprise[token] = index.HasSecondBefore(token, out _) ? scores.Surprise[token] : 0;
        }
    }

    private void RowHiddenChunk(int worker, int start, int end) => rows.Hide(start, end);

    private void RowHeadChunk(int worker, int start, int end) => rows.Score(heads, start, end, scores, scratch[worker].Floats);

    private void KeepForNextSecond()
    {
        for (int token = 0; token < plan.TokenCount; token++)
        {
            if (plan.TokenReadOnly[token])
            {
                continue;
            }

            int leadSlot = index.LeadSlot[token];
            rings.Stamp(leadSlot, index.Second(token));
            if (index.IsLastOfLead(token))
            {
                new Span<float>(tokenizer.Tail(token), tokenizer.TailLength).CopyTo(new Span<float>(rings.Tail(leadSlot), tokenizer.TailLength));
                new Span<float>(Row(states, token), config.Dim).CopyTo(new Span<float>(rings.State(leadSlot), config.Dim));
            }
        }
    }

    private byte* Query(int token) => queries + (long)token * layout.QueryBytes;

    private byte* Entry(int ofLayer, int token) => entries[ofLayer & 1] + (long)token * layout.Bytes;

    private float* Row(float* matrix, int row) => matrix + (long)row * config.Dim;

    /// <summary>Final states of the step before, [token, D]: for tests.</summary>
    public ReadOnlySpan<float> State(int token) => new(Row(states, token), config.Dim);
}

/// <summary>What one worker computes in.</summary>
internal sealed unsafe class WorkerScratch(NativeArena arena, int floats, int maxKeys, NetworkConfig config)
{
    public float* Floats { get; } = arena.Floats(floats);

    public float* Attended { get; } = arena.Floats(StepCompute.MaxChunk * config.Dim);

    public float* Scores { get; } = arena.Floats(maxKeys * EntryLayout.GroupHeads);

    public nint* Keys { get; } = (nint*)arena.Floats(2L * maxKeys);
}
