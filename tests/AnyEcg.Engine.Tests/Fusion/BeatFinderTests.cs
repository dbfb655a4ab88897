using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

public sealed class BeatFinderTests
{
    [Fact]
    public void Find_NoJudge_TakesPlacesByTheirMassAndTheClassOfTheirBins()
    {
        Stream stream = new(judge: null);
        Assert.Empty(stream.Second(0, (10, 0.45f)));
        Beat beat = Assert.Single(stream.Second(1, (10, 0.6f)));
        Assert.Equal((300 - 60 + 105, BeatClass.S), (beat.Sample, beat.Class));
    }

    [Fact]
    public void Find_Judge_HasTheLastWord()
    {
        Assert.Empty(new Stream(TestJudge.Always(0.3f, BeatClass.N)).Second(0, (10, 0.95f)));
        Beat beat = Assert.Single(new Stream(TestJudge.Always(0.8f, BeatClass.V)).Second(0, (10, 0.2f)));
        Assert.Equal(BeatClass.V, beat.Class);
        Assert.Equal(0.8f, beat.Score, 4);
    }

    [Fact]
    public void Find_WhatNobodyProposes_IsNotJudged() =>
        Assert.Empty(new Stream(TestJudge.Always(0.99f, BeatClass.N)).Second(0, (10, 0.1f)));

    [Fact]
    public void Find_RefusedPlace_DoesNotHideTheBeatBehindIt()
    {
        // Mass 0.3 is refused, mass 0.9 taken: only the second one starts a refractory time.
        Stream stream = new(judge: null);
        Assert.Empty(stream.Second(0, (28, 0.3f)));
        Assert.Single(stream.Second(1, (2, 0.9f)));
        stream = new(judge: null);
        Assert.Single(stream.Second(0, (28, 0.9f)));
        Assert.Empty(stream.Second(1, (2, 0.9f)));
    }

    [Fact]
    public void Find_AnyPlaces_EachOnceAscendingWithinItsWindow()
    {
        Random random = new(11);
        Stream stream = new(TestJudge.Random(2));
        long last = long.MinValue;
        for (int k = 0; k < 300; k++)
        {
            foreach (Beat beat in stream.Second(k, [.. Enumerable.Range(0, 5).Select(_ => (random.Next(30), random.NextSingle()))]))
            {
                Assert.InRange(beat.Sample, (300 * k) - 61, (300 * k) + 240);
                Assert.True(beat.Sample - 60 >= last, $"{beat.Sample} after {last}");
                last = beat.Sample;
            }
        }
    }

    [Fact]
    public void Skip_BetweenTwoBeats_LeavesNoIntervalAcross()
    {
        List<float> known = [];
        Stream stream = new(TestJudge.Always(0.9f, BeatClass.N), (in BeatCandidate _, ReadOnlySpan<float> rows, int _) => known.Add(rows[1]));
        stream.Second(0, (10, 0.9f));
        stream.Second(1, (10, 0.9f));
        stream.Skip(2);
        stream.Second(3, (10, 0.9f));
        stream.Second(4, (10, 0.9f));
        Assert.Equal([0, 1, 0, 1], known);
    }

    private sealed class Stream(BeatJudge? judge, CandidateObserver? observer = null)
    {
        private readonly BeatFinder finder = new(0.5f, judge) { Observer = observer };
        private readonly StreamBeats state = new(1, judged: judge is not null);
        private readonly PatchSecond patch = new(1) { Present = 1 };
        private readonly StepPlan plan = new(1, 1);
        private readonly StepScores scores = new(1, 1);
        private readonly LeadSet leads = new(Lead.II);

        public void Skip(long second)
        {
            patch.Second = second;
            BeatFinder.Skip(state, patch);
        }

        public List<Beat> Second(long second, params (int Bin, float Mass)[] places)
        {
            patch.Second = second;
            for (int i = 0; i < 300; i++)
                patch.Samples[i] = places.Sum(p => (float)Math.Exp(-0.5 * Math.Pow((i + 60 - (10 * p.Bin) - 5) / 4.0, 2)));
            plan.Clear();
            plan.TryAdd(new KvSlot(0), leads, patch);
            Array.Clear(scores.Beats);
            Array.Fill(scores.BeatOffset, 0.5f);
            for (int bin = 0; bin < StepScores.BeatBins; bin++)
                scores.Beats[bin * StepScores.BeatClasses] = 1;
            foreach ((int bin, float mass) in places)
                (scores.Beats[bin * StepScores.BeatClasses], scores.Beats[(bin * StepScores.BeatClasses) + 2]) = (1 - mass, mass);
            List<Beat> beats = [];
            finder.Find(plan, scores, 0, patch, state, beats);
            return beats;
        }
    }
}
