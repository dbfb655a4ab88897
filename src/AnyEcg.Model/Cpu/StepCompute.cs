using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// The arithmetic of one step. A live plan has one second of each stream: its rows know nothing of each other, so each thread takes
/// a group of chunks through the whole network alone, layer by layer, with the weights of a layer in its cache. A plan that
/// holds more seconds of a stream goes through the network layer by layer as a whole, one piece of parallel work over its chunks each.
/// Keys and values of two layers are held: the one being read, and the next being written; the ring entries of a layer
/// are written while the layer after it runs, when nobody reads them any more.
/// </summary>
internal sealed unsafe class StepCompute
{
    private static readonly (int Layer, int Chunk) Nothing = (int.MaxValue, 0);

    private readonly NetworkConfig config;
    private readonly WorkerPool pool;
    private readonly KvRings rings;
    private readonly PlanIndex index;
    private readonly StepChunks chunks;
    private readonly Tokenizer tokenizer;
    private readonly RotaryTable rotary;
    private readonly BlockLayer[] layers;
    private readonly CardioSparseAttention attention;
    private readonly Affine norm;
    private readonly TokenHeads tokens;
    private readonly RowHeads rows;
    private readonly ModelHeads heads;
    private readonly EntryLayout layout;
    private readonly byte* queries;
    private readonly byte*[] entries = new byte*[2];
    private readonly float* x;
    private readonly float* states;
    private readonly WorkerScratch[] scratch;
    private readonly Action<int, int, int> wholeGroup, embed, layerOf, finish, score;
    private StepPlan plan = null!;
    private StepScores scores = null!;
    private int layerAtWork;

    public StepCompute(NativeArena arena, ModelWeights weights, RunnerState state, WorkerPool pool, ModelHeads heads, CpuModelOptions options)
    {
        PackedWeights packed = new(arena, weights, state.Units);
        config = weights.Config;
        this.heads = heads;
        this.pool = pool;
        rings = state.Rings;
        index = state.Index;
        chunks = new StepChunks(options.MaxRows);
        tokenizer = new Tokenizer(arena, packed, options.MaxTokens);
        rotary = new RotaryTable(arena, config, options.MaxRows);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new BlockLayer(packed, i))];
        attention = new CardioSparseAttention(config, rings, index);
        norm = packed.Affine("norm");
        tokens = new TokenHeads(packed, state, tokenizer, heads);
        rows = new RowHeads(arena, packed, rings, options.MaxRows);
        x = arena.Floats((long)options.MaxTokens * config.Dim);
        states = arena.Floats((long)options.MaxTokens * config.Dim);
        layout = new EntryLayout(config);
        queries = arena.Bytes((long)options.MaxTokens * layout.QueryBytes);
        entries[0] = arena.Bytes((long)options.MaxTokens * layout.Bytes);
        entries[1] = arena.Bytes((long)options.MaxTokens * layout.Bytes);
        scratch = [.. Enumerable.Range(0, pool.Workers).Select(_ => new WorkerScratch(arena, ScratchLength(), attention.MaxKeys, config))];
        wholeGroup = ForEach(WholeGroup);
        embed = ForEach((worker, chunk) => Embed(worker, chunk, Nothing));
        layerOf = ForEach((worker, chunk) => Layer(worker, layerAtWork, chunk, Nothing));
        finish = ForEach(Finish);
        score = ForEach(Score);
    }

    private int ScratchLength() => new[]
    {
        tokenizer.ScratchLength,
        StepChunks.Tokens * (1 + Math.Max(3, config.MlpRatio)) * config.Dim,
        tokens.ScratchLength(StepChunks.Tokens),
        rows.ScratchLength(StepChunks.Tokens),
    }.Max();

    private static Action<int, int, int> ForEach(Action<int, int> work) => (worker, start, end) =>
    {
        for (int i = start; i < end; i++)
        {
            work(worker, i);
        }
    };

    /// <summary>Computes the plan that <see cref="PlanIndex"/> was built from, and writes rings and scores.</summary>
    public void Run(StepPlan newPlan, StepScores newScores)
    {
        plan = newPlan;
        scores = newScores;
        chunks.Cut(plan, pool.Workers);
        if (index.EachSlotOnce)
        {
            pool.Run(wholeGroup, chunks.Groups, 1);
            return;
        }

        pool.Run(embed, chunks.Count, 1);
        for (layerAtWork = 0; layerAtWork < layers.Length; layerAtWork++)
        {
            pool.Run(layerOf, chunks.Count, 1);
        }

        pool.Run(finish, chunks.Count, 1);
        rows.AddToEpochs(plan, 0, plan.RowCount);
        pool.Run(score, chunks.Count, 1);
        tokens.Keep(plan, 0, plan.TokenCount, states);
    }

    /// <summary>A group through the whole network. Each layer's products ask for the rings that the attention after them reads.</summary>
    private void WholeGroup(int worker, int group)
    {
        (int start, int end) = chunks.ChunksOf(group);
        for (int chunk = start; chunk < end; chunk++)
        {
            Embed(worker, chunk, chunk + 1 < end ? Nothing : (0, start));
        }

        for (int layer = 0; layer < layers.Length; layer++)
        {
            for (int chunk = start; chunk < end; chunk++)
            {
                Layer(worker, layer, chunk, chunk + 1 < end ? (layer, chunk + 1) : (layer + 1, start));
            }
        }

        for (int chunk = start; chunk < end; chunk++)
        {
            Finish(worker, chunk);
            (int first, int last) = chunks.Rows(chunk);
            rows.AddToEpochs(plan, first, last);
            Score(worker, chunk);
            (first, last) = chunks.TokensOf(chunk);
            tokens.Keep(plan, first, last, states);
        }
    }

    private void Embed(int worker, int chunk, (int Layer, int Chunk) next)
    {
        (int start, int end) = chunks.TokensOf(chunk);
        (int firstRow, int lastRow) = chunks.Rows(chunk);
        WorkerScratch own = scratch[worker];
        AskFor(own.Readahead, next);
        rotary.Fill(plan, firstRow, lastRow);
        tokenizer.Embed(plan, start, end, Row(x, start), own.Floats, own.Readahead);
        if (config.TokenizerLayers == 0)
        {
            tokens.Quantize(Row(x, start), start, end, scores, own.Floats);
        }

        Project(own, start, end, 0);
    }

    private void Project(WorkerScratch own, int start, int end, int layer)
    {
        float* qkv = layers[layer].Project(Row(x, start), end - start, own.Floats, own.Readahead);
        for (int token = start; token < end; token++, qkv += 3 * config.Dim)
        {
            layers[layer].Store(qkv, rotary.Row(index.TokenRow[token]), Query(token), Entry(layer, token));
        }
    }

    private void Layer(int worker, int layer, int chunk, (int Layer, int Chunk) next)
    {
        (int start, int end) = chunks.TokensOf(chunk);
        WorkerScratch own = scratch[worker];
        WriteRings(layer - 1, start, end);
        for (int token = start; token < end; token++)
        {
            attention.Attend(plan, token, layer, Query(token), Entry(layer, 0), own.Keys, own.Scores, own.Attended + (token - start) * config.Dim);
        }

        AskFor(own.Readahead, next);
        layers[layer].Finish(Row(x, start), own.Attended, end - start, own.Floats, own.Readahead);
        if (layer == config.TokenizerLayers - 1)
        {
            tokens.Quantize(Row(x, start), start, end, scores, own.Floats);
        }

        if (layer + 1 < layers.Length)
        {
            Project(own, start, end, layer + 1);
        }
    }

    /// <summary>The rings that the next attention will read; none beyond the last layer.</summary>
    private void AskFor(Readahead readahead, (int Layer, int Chunk) next)
    {
        readahead.Clear();
        (int start, int end) = chunks.TokensOf(next.Chunk);
        for (int token = start; next.Layer < layers.Length && token < end; token++)
        {
            readahead.Add(rings.Ring(index.LeadSlot[token], next.Layer), rings.RingBytes);
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

    /// <summary>Final states, what needs no other chunk's, and the hidden layer of the rows.</summary>
    private void Finish(int worker, int chunk)
    {
        (int start, int end) = chunks.TokensOf(chunk);
        WriteRings(layers.Length - 1, start, end);
        for (int token = start; token < end; token++)
        {
            VectorMath.LayerNorm(Row(x, token), Row(states, token), config.Dim, norm.Weight, norm.Bias);
        }

        tokens.ScoreOwn(plan, start, end, states, scores, scratch[worker].Floats);
        (int firstRow, int lastRow) = chunks.Rows(chunk);
        rows.Hide(plan, firstRow, lastRow, states);
    }

    private void Score(int worker, int chunk)
    {
        (int start, int end) = chunks.TokensOf(chunk);
        (int firstRow, int lastRow) = chunks.Rows(chunk);
        tokens.ScoreSurprise(start, end, states, scores, scratch[worker].Floats);
        rows.Score(heads, firstRow, lastRow, scores, scratch[worker].Floats);
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

    public float* Attended { get; } = arena.Floats(StepChunks.Tokens * config.Dim);

    public float* Scores { get; } = arena.Floats(maxKeys * EntryLayout.GroupHeads);

    public nint* Keys { get; } = (nint*)arena.Floats(2L * maxKeys);

    public Readahead Readahead { get; } = new(StepChunks.Tokens);
}
