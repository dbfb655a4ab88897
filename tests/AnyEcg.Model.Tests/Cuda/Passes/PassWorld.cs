using System.Runtime.InteropServices;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>
/// Random plans through the CPU engine's own key lookup and through <see cref="PassBuilder"/>, side by side. The device is a table of stamps: what a
/// pass says it stores is stamped, and what it says it sees must be stamped there.
/// </summary>
internal sealed unsafe class PassWorld : IDisposable
{
    private readonly NativeArena arena = new();
    private readonly TestStream[] streams;
    private readonly KvSlot[] slots;
    private readonly int[] next;
    private readonly StepPlan plan;
    private readonly NetworkConfig config;
    private readonly SlotTable cpuSlots, cudaSlots;
    private readonly KvRings rings;
    private readonly PlanIndex cpuIndex, cudaIndex;
    private readonly AttentionKeys cpuKeys;
    private readonly CudaSlots memory;
    private readonly PassBuilder builder;
    private readonly int maxTokens;
    private readonly long[][] device;
    private readonly int[] epochSeconds;
    private readonly byte* staging;
    private readonly PassLayout layout;

    public PassWorld(TestStream[] streams, int window, int maxTokens)
    {
        this.streams = streams;
        this.maxTokens = maxTokens;
        config = TestNetwork.Config with { Window = window, TokenizerLayers = 0, EncoderLayers = 1 };
        int leads = streams.Sum(s => s.Leads.Count) + 3, rows = 60 * streams.Length;
        cpuSlots = new SlotTable(streams.Length + 1, leads);
        cudaSlots = new SlotTable(streams.Length + 1, leads);
        rings = new KvRings(arena, config, streams.Length + 1, leads);
        plan = new StepPlan(rows, LeadSet.MaxLeads * rows);
        cpuIndex = new PlanIndex(cpuSlots, plan.MaxRows, plan.MaxTokens);
        cudaIndex = new PlanIndex(cudaSlots, plan.MaxRows, plan.MaxTokens);
        cpuKeys = new AttentionKeys(config, rings, cpuIndex);
        memory = new CudaSlots(streams.Length + 1, leads, window);
        builder = new PassBuilder(cudaSlots, memory, cudaIndex, maxTokens);
        device = [.. Enumerable.Range(0, leads).Select(_ => Enumerable.Repeat(SlotTable.Never, window).ToArray())];
        epochSeconds = new int[streams.Length + 1];
        layout = new PassLayout((maxTokens + 3) / 4 * 4, memory.History.Words);
        staging = arena.Bytes(layout.Bytes);
        next = new int[streams.Length];
        slots = [.. streams.Select(Open)];
        for (int lead = 0; lead < leads; lead++)
        {
            rings.ForgetLead(lead);
        }
    }

    public bool Done => next.Zip(streams).All(pair => pair.First == pair.Second.Seconds);

    public StepPlan LastPlan => plan;

    private KvSlot Open(TestStream stream)
    {
        Assert.True(cpuSlots.TryOpen(stream.Leads.Count, out int slot) && cudaSlots.TryOpen(stream.Leads.Count, out int same) && slot == same);
        memory.Forget(cudaSlots, slot);
        return new KvSlot(slot);
    }

    /// <summary>Every stream's next seconds, one per plan.</summary>
    public void Live(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            plan.Clear();
            for (int stream = 0; stream < streams.Length; stream++)
            {
                Add(stream, 0);
            }

            Check();
        }
    }

    /// <summary>A plan of random streams in random order, each with some of its seconds; some absent leads are asked for.</summary>
    public void Step(Random random, int mostSeconds)
    {
        plan.Clear();
        List<int> order = [];
        for (int stream = 0; stream < streams.Length; stream++)
        {
            order.AddRange(Enumerable.Repeat(stream, random.Next(0, mostSeconds + 1)));
        }

        int[] shuffled = [.. order];
        random.Shuffle(shuffled);
        foreach (int stream in shuffled)
        {
            if (next[stream] < streams[stream].Seconds)
            {
                Add(stream, random.Next(3) == 0 ? uint.MaxValue : 0);
            }
        }

        if (plan.RowCount > 0)
        {
            Check();
        }
    }

    private void Add(int stream, uint reconstruct)
    {
        PatchSecond patch = new(streams[stream].Leads.Count);
        Assert.True(!streams[stream].TryGet(next[stream]++, patch) || plan.TryAdd(slots[stream], streams[stream].Leads, patch, reconstruct));
    }

    /// <summary>The same rows a few seconds on, through the builder alone.</summary>
    public void BuildOnly(StepPlan same)
    {
        for (int i = 1; i < 20; i++)
        {
            for (int row = 0; row < same.RowCount; row++)
            {
                same.RowSecond[row]++;
            }

            cudaIndex.Check(same);
            for (int row = 0; row < same.RowCount;)
            {
                PassRange pass = PassRange.Cut(same, cudaIndex, row, maxTokens);
                cudaIndex.Link(pass.FirstRow, pass.EndRow);
                builder.Build(same, pass, new PassMemory(staging, layout));
                row = pass.EndRow;
            }
        }
    }

    private void Check()
    {
        cpuIndex.Build(plan);
        cudaIndex.Check(plan);
        for (int row = 0; row < plan.RowCount;)
        {
            PassRange pass = PassRange.Cut(plan, cudaIndex, row, maxTokens);
            Assert.InRange(pass.Rows, 1, plan.RowCount - row);
            Assert.InRange(pass.Room, pass.Tokens, maxTokens);
            PassMemory written = new(staging, layout);
            cudaIndex.Link(pass.FirstRow, pass.EndRow);
            int cross = builder.Build(plan, pass, written);
            Assert.InRange(cross, 0, pass.MostCrossKeys);
            CheckRows(pass, written);
            for (int token = pass.FirstToken; token < pass.EndToken; token++)
            {
                CheckToken(pass, token, written);
            }

            Store(pass, written);
            row = pass.EndRow;
        }

        for (int token = 0; token < plan.TokenCount; token++)
        {
            if (!plan.TokenReadOnly[token])
            {
                rings.Stamp(cpuIndex.LeadSlot[token], cpuIndex.Second(token));
            }
        }

        cpuIndex.Commit();
        Assert.Equal(cpuSlots.LastSecond, cudaSlots.LastSecond);
        Assert.Equal(cpuSlots.LeadLast, cudaSlots.LeadLast);
        Assert.Equal(cpuSlots.LeadRunStart, cudaSlots.LeadRunStart);
    }

    private void CheckRows(PassRange pass, PassMemory written)
    {
        Assert.Equal(new PassCounts(pass.Rows, pass.Tokens), *written.Counts);
        Dictionary<int, int> lastOf = [];
        for (int row = 0; row < pass.Rows; row++)
        {
            RowMeta meta = written.Rows[row];
            int slot = plan.RowSlot[row + pass.FirstRow].Index;
            Assert.Equal((slot, plan.RowSecond[row + pass.FirstRow]), (meta.Slot, meta.Second));
            Assert.Equal(plan.RowTokenStart[row + pass.FirstRow] - pass.FirstToken, meta.TokenStart);
            Assert.Equal(plan.RowTokenStart[row + pass.FirstRow + 1] - pass.FirstToken, meta.TokenEnd);
            Assert.Equal(++epochSeconds[slot], meta.EpochSeconds);
            Assert.Equal(lastOf.TryGetValue(slot, out int before) ? 0 : 1, meta.FirstOfSlot);
            Assert.True(meta.FirstOfSlot == 1 || written.Rows[before].NextRow == row);
            lastOf[slot] = row;
        }

        Assert.All(lastOf.Values, row => Assert.Equal(-1, written.Rows[row].NextRow));
        Assert.Equal(lastOf.Count == pass.Rows, pass.IsLive);
    }

    private void CheckToken(PassRange pass, int token, PassMemory written)
    {
        TokenMeta meta = written.Tokens[token - pass.FirstToken];
        RowMeta row = written.Rows[meta.Row];
        Assert.Equal((cpuIndex.TokenRow[token] - pass.FirstRow, cpuIndex.LeadSlot[token]), (meta.Row, meta.LeadSlot));
        Assert.Equal(((int)plan.TokenLead[token], (int)plan.TokenLeadIndex[token]), (meta.Lead, meta.LeadIndex));
        Assert.Equal(plan.TokenReadOnly[token], meta.Flags.HasFlag(TokenFlags.ReadOnly));
        Assert.Equal(cpuIndex.HasSecondBefore(token, out int before), meta.Flags.HasFlag(TokenFlags.HasBefore));
        bool inPass = meta.Flags.HasFlag(TokenFlags.HasBefore) && before >= pass.FirstToken;
        Assert.Equal(inPass ? before - pass.FirstToken : -1, meta.Before);
        Assert.Equal(KeysOfCpu(token), KeysOfPass(pass, token, meta, row, written));
    }

    /// <summary>Keys of a token as (lead slot, second), in the CPU engine's order.</summary>
    private List<(int LeadSlot, long Second)> KeysOfCpu(int token)
    {
        nint* keys = stackalloc nint[cpuKeys.Max];
        byte* entries = (byte*)(1L << 60);
        int count = cpuKeys.Collect(plan, token, 0, entries, keys);
        List<(int, long)> result = [];
        for (int i = 0; i < count; i++)
        {
            if ((byte*)keys[i] >= entries)
            {
                int source = (int)(((byte*)keys[i] - entries) / rings.EntryBytes);
                result.Add((cpuIndex.LeadSlot[source], cpuIndex.Second(source)));
            }
            else
            {
                long place = ((byte*)keys[i] - rings.Ring(0, 0)) / rings.EntryBytes;
                result.Add(((int)(place / config.Window), rings.Stamps((int)(place / config.Window))[(int)(place % config.Window)]));
            }
        }

        return result;
    }

    /// <summary>The same keys as the kernels find them: the own lead's by distance, here turned round, then the row's cross keys.</summary>
    private List<(int LeadSlot, long Second)> KeysOfPass(PassRange pass, int token, TokenMeta meta, RowMeta row, PassMemory written)
    {
        List<(int, long)> result = [];
        ulong* presence = written.Presence + (token - pass.FirstToken) * memory.History.Words;
        for (int i = 64 * memory.History.Words - 1; i >= 0; i--)
        {
            if ((presence[i / 64] >> i % 64 & 1) != 0)
            {
                result.Add(Held(meta.LeadSlot, row.Second - 1 - i));
            }
        }

        for (int i = meta.OwnStart; i < meta.OwnStart + meta.OwnCount; i++)
        {
            Assert.InRange(written.Order[i], 0, token - pass.FirstToken - 1);
            result.Add(InPass(written.Order[i], written));
        }

        result.Add((meta.LeadSlot, row.Second));
        for (int i = row.CrossStart; i < row.CrossEnd; i++)
        {
            CrossKey key = written.Cross[i];
            if (key.LeadIndex != meta.LeadIndex)
            {
                result.Add(key.Source < 0 ? Held(~key.Source, row.Second - 1) : InPass(key.Source, written));
            }
        }

        return result;
    }

    private (int LeadSlot, long Second) Held(int leadSlot, long second)
    {
        Assert.Equal(second, device[leadSlot][second % config.Window]);
        return (leadSlot, second);
    }

    private static (int LeadSlot, long Second) InPass(int source, PassMemory written)
    {
        Assert.False(written.Tokens[source].Flags.HasFlag(TokenFlags.ReadOnly));
        return (written.Tokens[source].LeadSlot, written.Rows[written.Tokens[source].Row].Second);
    }

    /// <summary>Stamps what the pass stores; no place is stored twice, and each lead leaves its last second.</summary>
    private void Store(PassRange pass, PassMemory written)
    {
        HashSet<(int, long)> places = [];
        Dictionary<int, (int Token, long Second)> lastOf = [];
        for (int token = 0; token < pass.Tokens; token++)
        {
            TokenMeta meta = written.Tokens[token];
            long second = written.Rows[meta.Row].Second;
            if (!meta.Flags.HasFlag(TokenFlags.ReadOnly))
            {
                lastOf[meta.LeadSlot] = (token, second);
            }

            if (meta.Flags.HasFlag(TokenFlags.Stored))
            {
                Assert.True(places.Add((meta.LeadSlot, second % config.Window)));
                device[meta.LeadSlot][second % config.Window] = second;
            }
        }

        for (int token = 0; token < pass.Tokens; token++)
        {
            bool last = lastOf.TryGetValue(written.Tokens[token].LeadSlot, out (int Token, long Second) of) && of.Token == token;
            Assert.Equal(last, written.Tokens[token].Flags.HasFlag(TokenFlags.LastOfLead));
            Assert.True(!last || device[written.Tokens[token].LeadSlot][of.Second % config.Window] == of.Second);
        }
    }

    public void Dispose() => arena.Dispose();
}
