using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>
/// Streams through the attention kernels alone, by the passes that the engine would build. What a token asks, is asked by and gives is noise of its lead and
/// second, so that the outcome of any token is known (<see cref="Expected"/>). Rings begin as what is not a number.
/// </summary>
internal sealed unsafe class AttentionWorld : IDisposable
{
    public const float Untouched = 77;
    private const int MaxTokens = 128, MaxPlan = 1024;

    private readonly NativeArena arena = new();
    private readonly NetworkConfig config;
    private readonly TestStream[] streams;
    private readonly KvSlot[] slots;
    private readonly int[] next;
    private readonly SlotTable table;
    private readonly CudaSlots memory;
    private readonly PlanIndex index;
    private readonly PassBuilder builder;
    private readonly PassLayout layout;
    private readonly StepPlan plan;
    private readonly byte* staging;
    private readonly LoneKernel kernel;
    private readonly int leads;

    public AttentionWorld(ModelWeights weights, bool full, TestStream[] streams, ThreadOrder order)
    {
        config = weights.Config;
        this.streams = streams;
        leads = streams.Sum(s => s.Leads.Count);
        table = new SlotTable(streams.Length, leads);
        memory = new CudaSlots(streams.Length, leads, config.Window);
        plan = new StepPlan(MaxPlan, MaxPlan);
        index = new PlanIndex(table, plan.MaxRows, plan.MaxTokens);
        builder = new PassBuilder(table, memory, index, MaxTokens);
        layout = new PassLayout(MaxTokens, memory.History.Words);
        staging = arena.Bytes(layout.Bytes);
        next = new int[streams.Length];
        slots = [.. streams.Select(Open)];
        kernel = new LoneKernel(weights, full, order, 3);
        kernel.Pass.Rings = kernel.Reals([.. Enumerable.Repeat(float.NaN, leads * config.Layers * RingLength)]);
        kernel.Pass.Layer = Layer;
    }

    /// <summary>What the kernels wrote: per stream, second and lead, D numbers.</summary>
    public Dictionary<(int Stream, long Second, int Lead), float[]> Attended { get; } = [];

    public bool Done => next.Zip(streams).All(pair => pair.First == pair.Second.Seconds);

    private int Layer => config.Layers - 1;

    private int RingLength => 2 * config.Window * config.Dim;

    private KvSlot Open(TestStream stream)
    {
        Assert.True(table.TryOpen(stream.Leads.Count, out int slot));
        memory.Forget(table, slot);
        return new KvSlot(slot);
    }

    /// <summary>So many of the next seconds of each stream, in one plan. Absent leads are asked for in every third second.</summary>
    public void Step(int seconds)
    {
        plan.Clear();
        for (int i = 0; i < seconds * streams.Length; i++)
        {
            int stream = i % streams.Length;
            PatchSecond patch = new(streams[stream].Leads.Count);
            if (next[stream] < streams[stream].Seconds && streams[stream].TryGet(next[stream]++, patch))
            {
                Assert.True(plan.TryAdd(slots[stream], streams[stream].Leads, patch, AsksFor(patch.Second) ? uint.MaxValue : 0));
            }
        }

        index.Build(plan);
        for (int row = 0; row < plan.RowCount;)
        {
            var pass = PassRange.Cut(plan, index, row, MaxTokens);
            builder.Build(plan, pass, new PassMemory(staging, layout));
            Run(pass);
            row = pass.EndRow;
        }
    }

    private static bool AsksFor(long second) => second % 3 == 0;

    private void Run(PassRange pass)
    {
        int bucket = 16;
        while (bucket < pass.Tokens)
            bucket *= 2;
        nint block = kernel.Array(new ReadOnlySpan<byte>(staging, layout.Bytes).ToArray());
        kernel.Pass.Counts = block;
        kernel.Pass.Rows = block + layout.Rows;
        kernel.Pass.Tokens = block + layout.Tokens;
        kernel.Pass.Presence = block + layout.Presence;
        kernel.Pass.Cross = block + layout.Cross;
        kernel.Pass.Order = block + layout.Order;
        kernel.Pass.Qkv = kernel.Reals([.. Enumerable.Range(pass.FirstToken, pass.Tokens).SelectMany(Noise)]);
        kernel.Pass.Attended = kernel.Reals([.. Enumerable.Repeat(Untouched, bucket * config.Dim)]);
        kernel.Run(pass.IsLive ? "attend" : "attend_behind", bucket * config.Heads / 4);
        if (!pass.IsLive)
            kernel.Run("append", bucket / 4);
        float[] attended = kernel.ReadReals(kernel.Pass.Attended, bucket * config.Dim);
        Assert.All(attended.Skip(pass.Tokens * config.Dim), x => Assert.Equal(Untouched, x));
        for (int token = pass.FirstToken; token < pass.EndToken; token++)
        {
            int at = (token - pass.FirstToken) * config.Dim;
            Attended[(plan.RowSlot[index.TokenRow[token]].Index, index.Second(token), plan.TokenLeadIndex[token])] = attended[at..(at + config.Dim)];
        }
    }

    private float[] Noise(int token) => Noise(plan.RowSlot[index.TokenRow[token]].Index, index.Second(token), plan.TokenLeadIndex[token]);

    /// <summary>Query, key and value of a token.</summary>
    private float[] Noise(int slot, long second, int lead) =>
        Array.ConvertAll(KernelSizes.Noise((int)((16 * second + lead + 7919 * slot) * 2654435761 >> 7), 3 * config.Dim, 1.2f), kernel.Rounded);

    /// <summary>What the rings hold of each lead's last W seconds: key and value of each head.</summary>
    public List<(int Stream, int Lead, long Second, float[] Entry)> Rings()
    {
        float[] rings = kernel.ReadReals(kernel.Pass.Rings, leads * config.Layers * RingLength);
        List<(int, int, long, float[])> result = [];
        for (int stream = 0; stream < streams.Length; stream++)
        {
            for (int lead = 0; lead < streams[stream].Leads.Count; lead++)
            {
                int leadSlot = table.LeadSlot(slots[stream].Index, lead);
                long last = table.LeadLast[leadSlot];
                for (int offset = 0; offset < streams[stream].Seconds; offset++)
                {
                    long second = streams[stream].StartSecond + offset;
                    if (streams[stream].IsPresent(lead, offset) && second > last - config.Window)
                        result.Add((stream, lead, second, [.. Places(leadSlot, second).SelectMany(place => rings[place..(place + config.HeadDim)])]));
                }
            }
        }

        return result;
    }

    /// <summary>What a ring must hold of a second that was stored.</summary>
    public float[] Stored(int stream, int lead, long second)
    {
        float[] noise = Noise(slots[stream].Index, second, lead);
        return [.. Enumerable.Range(0, config.Heads).SelectMany(head => new[] { 1, 2 }.SelectMany(part =>
        {
            int first = part * config.Dim + head * config.HeadDim;
            return noise[first..(first + config.HeadDim)];
        }))];
    }

    private IEnumerable<int> Places(int leadSlot, long second) => Enumerable.Range(0, 2 * config.Heads).Select(part =>
        (leadSlot * config.Layers + Layer) * RingLength + (part * config.Window + (int)(second % config.Window)) * config.HeadDim);

    /// <summary>Attention of a token in double precision, by the words of docs/model.md.</summary>
    public double[] Expected(int stream, long second, int lead)
    {
        float[] own = Noise(slots[stream].Index, second, lead);
        float[][] keys = [.. Visible(streams[stream], (int)(second - streams[stream].StartSecond), lead)
            .Select(key => Noise(slots[stream].Index, streams[stream].StartSecond + key.Offset, key.Lead))];
        double[] result = new double[config.Dim];
        for (int head = 0; head < config.Heads; head++)
        {
            int first = head * config.HeadDim;
            double[] weights = [.. keys.Select(key => Math.Exp(Enumerable.Range(first, config.HeadDim).Sum(i => (double)own[i] * key[config.Dim + i])))];
            for (int i = first; i < first + config.HeadDim; i++)
                result[i] = keys.Zip(weights).Sum(pair => pair.First[2 * config.Dim + i] * pair.Second) / weights.Sum();
        }

        return result;
    }

    private IEnumerable<(int Offset, int Lead)> Visible(TestStream stream, int offset, int lead)
    {
        yield return (offset, lead);
        int later = stream.IsPresent(lead, offset) ? offset : -1;
        for (int o = offset - 1; o >= Math.Max(0, offset - config.Window + 1); o--)
        {
            if (!stream.IsPresent(lead, o))
                continue;
            if (later >= 0 && later - o > 2)
                break;
            yield return (o, lead);
            later = o;
        }

        for (int other = 0; other < stream.Leads.Count; other++)
        {
            for (int o = Math.Max(0, offset - 1); o <= offset; o++)
            {
                if (other != lead && stream.IsPresent(other, o))
                    yield return (o, other);
            }
        }
    }

    public void Dispose()
    {
        kernel.Dispose();
        arena.Dispose();
    }
}
