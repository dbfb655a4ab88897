using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

public sealed class BeatFusionTests
{
    [Fact]
    public void Find_OneBin_IsOneBeatAtItsOffset()
    {
        Beat beat = Assert.Single(new Window().Put(0, 10, 0.9f, offset: 0.3f).Find());
        Assert.Equal(300 - 60 + 103, beat.Sample);
        Assert.Equal(0.9f, beat.Score, 5);
        Assert.Equal(BeatClass.N, beat.Class);
    }

    [Theory]
    [InlineData(0.52f, 1)]
    [InlineData(0.48f, 0)]
    public void Find_Threshold_Decides(float probability, int beats)
    {
        Assert.Equal(beats, new Window().Put(0, 10, probability).Find().Count);
    }

    [Fact]
    public void Find_MassSharedByTwoBins_IsOneBeatBetweenThem()
    {
        Beat beat = Assert.Single(new Window().Put(0, 10, 0.4f).Put(0, 11, 0.4f).Find());
        Assert.Equal(300 - 60 + 110, beat.Sample);
        Assert.Equal(0.8f, beat.Score, 5);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    public void Find_TwoPeaks_CountFromTwoHundredMilliseconds(int bins, int beats)
    {
        List<Beat> found = new Window().Put(0, 10, 0.8f).Put(0, 10 + bins, 0.95f).Find();
        Assert.Equal(beats, found.Count);
        Assert.Equal(300 - 60 + 105 + (bins * 10), found[^1].Sample);
        Assert.Equal(found.OrderBy(b => b.Sample), found);
    }

    [Theory]
    [InlineData(0.45f, 0.45f)]
    [InlineData(0.9f, 0.3f)]
    [InlineData(0.3f, 0.9f)]
    [InlineData(0.6f, 0.6f)]
    [InlineData(0.3f, 0.3f)]
    public void Find_BeatAtTheBorder_IsFoundExactlyOnce(float before, float after)
    {
        Window window = new();
        List<Beat> beats = window.Put(0, 29, before).Find();
        beats.AddRange(window.Next(2).Put(0, 0, after).Find());
        Beat beat = Assert.Single(beats);
        Assert.InRange(beat.Sample, 600 - 60 - 10, 600 - 60 + 10);
    }

    [Fact]
    public void Find_AfterAMissingSecond_CarriesNothing()
    {
        Window window = new();
        window.Put(0, 29, 0.4f).Find();
        Assert.Empty(window.Next(3).Put(0, 0, 0.3f).Find());
    }

    [Fact]
    public void Find_TwoLeads_JoinsThem()
    {
        Assert.Single(new Window(2).Put(0, 10, 0.9f).Put(1, 10, 0.2f).Find());
        Assert.Empty(new Window(2).Put(0, 10, 0.6f).Put(1, 10, 0.1f).Find());
    }

    [Fact]
    public void Find_DoubtfulLead_HasLessSay()
    {
        Assert.Empty(new Window(2) { Doubtful = 0b10 }.Put(1, 10, 0.95f).Find());
        Assert.Single(new Window(2) { Doubtful = 0b11 }.Put(1, 10, 0.95f).Find());
    }

    [Fact]
    public void Find_Class_IsTheMostOfTheMassAround()
    {
        Window window = new Window().Put(0, 10, 0.3f, BeatClass.N).Put(0, 9, 0.25f, BeatClass.V).Put(0, 11, 0.25f, BeatClass.V);
        Assert.Equal(BeatClass.V, Assert.Single(window.Find()).Class);
    }

    private sealed class Window
    {
        private readonly BeatFusion fusion = new(0.5f);
        private readonly StepPlan plan = new(1, 16);
        private readonly StepScores scores = new(1, 16);
        private readonly PatchSecond patch;
        private readonly LeadSet leads;
        private BeatCarry carry;

        public Window(int leadCount = 1)
        {
            leads = new LeadSet([.. Enumerable.Repeat(Lead.Unknown, leadCount)]);
            patch = new PatchSecond(leadCount) { Present = (1u << leadCount) - 1 };
            Next(1);
        }

        public uint Doubtful { get; init; }

        public Window Next(long second)
        {
            patch.Second = second;
            plan.Clear();
            plan.TryAdd(new KvSlot(0), leads, patch);
            Array.Clear(scores.Beats);
            for (int bin = 0; bin < 16 * StepScores.BeatBins; bin++)
                scores.Beats[bin * StepScores.BeatClasses] = 1;
            Array.Fill(scores.BeatOffset, 0.5f);
            return this;
        }

        public Window Put(int lead, int bin, float probability, BeatClass beatClass = BeatClass.N, float offset = 0.5f)
        {
            int at = (lead * StepScores.BeatBins) + bin;
            scores.Beats[at * StepScores.BeatClasses] = 1 - probability;
            scores.Beats[(at * StepScores.BeatClasses) + 1 + (int)beatClass] = probability;
            scores.BeatOffset[at] = offset;
            return this;
        }

        public List<Beat> Find()
        {
            for (int lead = 0; lead < leads.Count; lead++)
                patch.Flags[lead] = (Doubtful >> lead & 1) != 0 ? PatchFlags.Doubtful : PatchFlags.None;
            List<Beat> beats = [];
            fusion.Find(plan, scores, 0, patch, ref carry, beats);
            carry.LastBeat = beats.Count > 0 ? beats[^1].Sample : carry.LastBeat;
            return beats;
        }
    }
}
