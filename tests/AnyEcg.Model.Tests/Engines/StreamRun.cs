using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>Runs streams through a runner and keeps every score of every second, so that two runs can be compared bit by bit.</summary>
internal sealed class StreamRun
{
    private readonly IModelRunner runner;
    private readonly TestStream[] streams;
    private readonly KvSlot[] slots;
    private readonly int[] next;
    private readonly StepPlan plan;
    private readonly StepScores scores;
    private readonly List<(int Stream, int Offset)> rows = [];

    public StreamRun(IModelRunner runner, params TestStream[] streams)
    {
        this.runner = runner;
        this.streams = streams;
        plan = new StepPlan(runner.Info.MaxRows, runner.Info.MaxTokens);
        scores = new StepScores(runner.Info.MaxRows, runner.Info.MaxTokens, TestNetwork.Config.ArrhythmiaClasses, reconstruction: true);
        slots = new KvSlot[streams.Length];
        next = new int[streams.Length];
        Results = [.. streams.Select(s => new float[s.Seconds][])];
        for (int i = 0; i < streams.Length; i++)
        {
            Assert.True(runner.TryOpen(streams[i].Leads.Count, out slots[i]));
        }
    }

    /// <summary>Scores by stream and second; null where no lead was there.</summary>
    public float[][][] Results { get; }

    public KvSlot Slot(int stream) => slots[stream];

    public bool Done => next.Zip(streams).All(pair => pair.First == pair.Second.Seconds);

    /// <summary>Goes on at this second, for a slot that was restored.</summary>
    public void SkipTo(int offset) => next.AsSpan().Fill(offset);

    /// <summary>Every stream, one second per plan.</summary>
    public StreamRun Alone(int until = int.MaxValue, uint reconstruct = 0)
    {
        for (int stream = 0; stream < streams.Length; stream++)
        {
            while (next[stream] < Math.Min(streams[stream].Seconds, until))
            {
                Add(stream, reconstruct);
                Step();
            }
        }

        return this;
    }

    /// <summary>Plans of random streams in random order, each with one to <paramref name="mostSeconds"/> of its seconds, rows interleaved.</summary>
    public StreamRun Batched(Random random, int mostSeconds)
    {
        while (!Done)
        {
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
                    Add(stream, 0);
                }
            }

            Step();
        }

        return this;
    }

    private void Add(int stream, uint reconstruct)
    {
        TestStream source = streams[stream];
        PatchSecond patch = new(source.Leads.Count);
        if (source.TryGet(next[stream], patch))
        {
            if (!plan.TryAdd(slots[stream], source.Leads, patch, reconstruct))
            {
                Step();
                Assert.True(plan.TryAdd(slots[stream], source.Leads, patch, reconstruct));
            }

            rows.Add((stream, next[stream]));
        }

        next[stream]++;
    }

    private void Step()
    {
        runner.Step(plan, scores);
        for (int row = 0; row < plan.RowCount; row++)
        {
            Results[rows[row].Stream][rows[row].Offset] = Collect(row);
        }

        rows.Clear();
        plan.Clear();
    }

    private float[] Collect(int row)
    {
        List<float> all = [.. scores.Rhythm.AsSpan(row * RhythmClasses.Count, RhythmClasses.Count)];
        all.Add(scores.Anomaly[row]);
        all.AddRange(scores.Arrhythmia.AsSpan(row * scores.ArrhythmiaClasses, scores.ArrhythmiaClasses));
        all.Add(scores.RecordAnomaly[row]);
        all.AddRange(scores.Strip.AsSpan(row * StripLabels.Count, StripLabels.Count));
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            if (!plan.TokenReadOnly[token])
            {
                all.AddRange(scores.Beats.AsSpan(token * StepScores.BeatBins * StepScores.BeatClasses, StepScores.BeatBins * StepScores.BeatClasses));
                all.AddRange(scores.BeatOffset.AsSpan(token * StepScores.BeatBins, StepScores.BeatBins));
                all.Add(scores.Surprise[token]);
                all.Add(scores.Code[token]);
            }
        }

        return [.. all];
    }
}
