using System.Text.Json;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Engine.Tests;

public sealed class LeadReconstructorTests
{
    private static readonly LeadSet Basis = new(Lead.I, Lead.II, Lead.V1, Lead.V2, Lead.V3, Lead.V4, Lead.V5, Lead.V6);

    private static readonly Config Few = Config.QuickThrowOnFailure.WithMaxTest(25);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TryReconstruct_LostV2_IsWhatPythonGives(int index)
    {
        using JsonDocument fixture = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "reconstruction.json")));
        JsonElement expected = fixture.RootElement[index];
        int second = expected.GetProperty("second").GetInt32();
        LeadReconstructor reconstructor = new(Basis, MadeUpHeart.Population());

        float[] given = Lose(reconstructor, Basis, 3, second, out float error);

        float[] wanted = [.. expected.GetProperty("v2").EnumerateArray().Select(v => v.GetSingle())];
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(wanted[i], given[i], 1e-3));
        Assert.Equal(expected.GetProperty("errorMv").GetSingle(), error, 1e-3);
    }

    [Fact]
    public void TryReconstruct_LimbLeadWithTwoOthers_IsEinthovenExactly() =>
        Prop.ForAll(Gen.Choose(0, 5).Three().ToArbitrary(), three =>
        {
            (int lost, int a, int b) = three;
            if (lost == a || lost == b || a == b)
            {
                return true;
            }

            LeadReconstructor reconstructor = new(MadeUpHeart.Twelve, MadeUpHeart.Population());
            PatchSecond second = MadeUpHeart.Second(MadeUpHeart.Twelve, 0);
            float[] truth = second.Lead(lost).ToArray();
            second.Present = 1u << a | 1u << b;
            reconstructor.Push(second);
            float[] given = new float[300];
            bool done = reconstructor.TryReconstruct(lost, given, out float error);
            return done && error == 0 && truth.Zip(given).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        }).Check(Few);

    [Fact]
    public void TryReconstruct_LeadsInAnotherOrder_GivesTheSame() =>
        Prop.ForAll(Gen.Shuffle(Basis.Leads.ToArray()).ToArbitrary(), order =>
        {
            float[] one = Lose(new LeadReconstructor(Basis, MadeUpHeart.Population()), Basis, Basis.Leads.IndexOf(Lead.V3), 2, out _);
            LeadSet other = new(order);
            float[] two = Lose(new LeadReconstructor(other, MadeUpHeart.Population()), other, other.Leads.IndexOf(Lead.V3), 2, out _);
            return one.Zip(two).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3);
        }).Check(Few);

    [Theory]
    [InlineData(0.25)]
    [InlineData(4)]
    public void TryReconstruct_Gain_GoesThroughToSamplesAndError(double gain)
    {
        float[] one = Lose(new LeadReconstructor(Basis, MadeUpHeart.Population()), Basis, 2, 3, out float errorOfOne);
        float[] other = Lose(new LeadReconstructor(Basis, MadeUpHeart.Population()), Basis, 2, 3, out float errorOfOther, gain);

        Assert.All(one.Zip(other), pair => Assert.Equal(gain * pair.First, pair.Second, 1e-3));
        Assert.Equal(gain * errorOfOne, errorOfOther, 1e-3);
    }

    [Fact]
    public void TryReconstruct_NeverSeen_IsThePopulationsLeastSquaresOfTheRowsLeft()
    {
        // With a population in which shifts say nothing of each other, only the unshifted leads count: V1 = 0.9 V2, its neighbour.
        int order = LeadPopulation.Order;
        float[] moments = new float[order * order];
        for (int i = 0; i < moments.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, order);
            moments[i] = row / 8 != column / 8 ? 0 : (float)Math.Pow(0.9, Math.Abs(row % 8 - column % 8));
        }

        PatchSecond second = MadeUpHeart.Second(Basis, 0);
        second.Present &= ~1u;
        LeadReconstructor reconstructor = new(Basis, new LeadPopulation(moments));
        reconstructor.Push(second);
        float[] given = new float[300];

        Assert.True(reconstructor.TryReconstruct(0, given, out _));
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(0.9 * second.Lead(1)[i], given[i], 1e-4));
    }

    [Fact]
    public void TryReconstruct_LeadThatTheOthersDetermine_IsLearnedFromThePast()
    {
        PatchSecond[] seconds = [.. Enumerable.Range(0, 4).Select(k => MadeUpHeart.Second(Basis, k))];
        foreach (PatchSecond second in seconds)
        {
            for (int i = 0; i < 300; i++)
            {
                second.Lead(4)[i] = second.Lead(2)[i] - 2 * second.Lead(7)[i];
            }
        }

        LeadReconstructor reconstructor = new(Basis, MadeUpHeart.Population());
        float[] truth = seconds[3].Lead(4).ToArray();
        seconds[3].Present &= ~(1u << 4);
        Array.ForEach(seconds, reconstructor.Push);
        float[] given = new float[300];

        Assert.True(reconstructor.TryReconstruct(4, given, out float error));
        double rms = Math.Sqrt(truth.Zip(given).SkipLast(LeadFrame.Margin).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        Assert.InRange(rms, 0, 0.05 * Math.Sqrt(truth.Average(v => v * v)));
        Assert.InRange(error, 0, 0.1f);
    }

    [Fact]
    public void TryReconstruct_SeveralLost_GivesEachWhileTwoAreLeft()
    {
        LeadReconstructor reconstructor = new(Basis, MadeUpHeart.Population());
        reconstructor.Push(MadeUpHeart.Second(Basis, 0));
        PatchSecond second = MadeUpHeart.Second(Basis, 1);
        float[] given = new float[300];
        for (int lost = 2; lost < 8; lost++)
        {
            second.Present &= ~(1u << lost);
            reconstructor.Push(second);
            Assert.True(reconstructor.TryReconstruct(lost, given, out _));
            Assert.All(given, value => Assert.True(float.IsFinite(value)));
        }

        second.Present = 1;
        reconstructor.Push(second);
        Assert.False(reconstructor.TryReconstruct(5, given, out _));
    }

    [Fact]
    public void TryReconstruct_LoneLimbLeadOfAPlane_StillHelps()
    {
        LeadSet leads = new(Lead.II, Lead.AVF, Lead.V2, Lead.V5);
        LeadReconstructor reconstructor = new(leads, MadeUpHeart.Population());
        for (int k = 0; k < 3; k++)
        {
            reconstructor.Push(MadeUpHeart.Second(leads, k));
        }

        PatchSecond last = MadeUpHeart.Second(leads, 3);
        float[] truth = last.Lead(0).ToArray();
        last.Present = 0b1110;
        reconstructor.Push(last);
        float[] given = new float[300];

        Assert.True(reconstructor.TryReconstruct(0, given, out float error));
        double rms = Math.Sqrt(truth.Zip(given).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        Assert.InRange(rms, 0, 0.8 * Math.Sqrt(truth.Average(v => v * v)));
        Assert.True(error > 0);
    }

    [Fact]
    public void TryReconstruct_PresentOrForeignLead_IsRefused()
    {
        LeadSet leads = new(Lead.I, Lead.II, Lead.V1, Lead.ModifiedLimb, Lead.Unknown);
        LeadReconstructor reconstructor = new(leads, MadeUpHeart.Population());
        PatchSecond second = MadeUpHeart.Second(leads, 0);
        second.Present = 0b00111;
        reconstructor.Push(second);
        float[] given = new float[300];

        Assert.False(reconstructor.TryReconstruct(0, given, out _));
        Assert.False(reconstructor.TryReconstruct(3, given, out _));
        Assert.False(reconstructor.TryReconstruct(4, given, out _));
    }

    [Fact]
    public void TryReconstruct_FlatAndEqualLeads_StaysFinite()
    {
        LeadReconstructor reconstructor = new(MadeUpHeart.Twelve, MadeUpHeart.Population());
        float[] given = new float[300];
        for (int k = 0; k < 5; k++)
        {
            PatchSecond second = MadeUpHeart.Second(MadeUpHeart.Twelve, k);
            second.Lead(6).Clear();
            second.Lead(7).CopyTo(second.Lead(8));
            second.Present &= k < 3 ? uint.MaxValue : ~(1u << 9);
            reconstructor.Push(second);
        }

        Assert.True(reconstructor.TryReconstruct(9, given, out float error));
        Assert.All(given, value => Assert.InRange(value, -5, 5));
        Assert.True(float.IsFinite(error));
    }

    [Fact]
    public void TryReconstruct_AllZero_IsNoAnswerOrZero()
    {
        LeadReconstructor reconstructor = new(Basis, MadeUpHeart.Population());
        float[] given = new float[300];
        for (int k = 0; k < 3; k++)
        {
            reconstructor.Push(MadeUpHeart.Second(Basis, k, gain: 0));
        }

        PatchSecond second = MadeUpHeart.Second(Basis, 3, gain: 0);
        second.Present &= ~(1u << 3);
        reconstructor.Push(second);
        reconstructor.TryReconstruct(3, given, out float error);

        Assert.All(given, value => Assert.Equal(0, value));
        Assert.True(float.IsFinite(error));
    }

    [Fact]
    public void Push_SecondInDoubt_TeachesNothing()
    {
        LeadReconstructor taught = new(Basis, MadeUpHeart.Population());
        LeadReconstructor untaught = new(Basis, MadeUpHeart.Population());
        PatchSecond doubtful = MadeUpHeart.Second(Basis, 0);
        doubtful.Flags[5] = PatchFlags.Doubtful;
        taught.Push(MadeUpHeart.Second(Basis, 0));
        untaught.Push(doubtful);

        float[] one = Lose(taught, Basis, 3, 1, out _, from: 1), two = Lose(untaught, Basis, 3, 1, out _, from: 1);
        float[] never = Lose(new LeadReconstructor(Basis, MadeUpHeart.Population()), Basis, 3, 1, out _, from: 1);

        Assert.Equal(never[20..], two[20..]);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public void Push_AndReconstruct_AllocateNothing()
    {
        LeadReconstructor reconstructor = new(MadeUpHeart.Twelve, MadeUpHeart.Population());
        PatchSecond whole = MadeUpHeart.Second(MadeUpHeart.Twelve, 0), lost = MadeUpHeart.Second(MadeUpHeart.Twelve, 1);
        lost.Present &= ~(1u << 8);
        float[] given = new float[300];
        Round();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            reconstructor.Push(whole);
            reconstructor.Push(lost);
            Assert.True(reconstructor.TryReconstruct(8, given, out _));
        }
    }

    private static float[] Lose(LeadReconstructor reconstructor, LeadSet leads, int lead, int second, out float error, double gain = 1, int from = 0)
    {
        for (int k = from; k < second; k++)
        {
            reconstructor.Push(MadeUpHeart.Second(leads, k, gain));
        }

        PatchSecond last = MadeUpHeart.Second(leads, second, gain);
        last.Present &= ~(1u << lead);
        reconstructor.Push(last);
        float[] given = new float[300];
        Assert.True(reconstructor.TryReconstruct(lead, given, out error));
        return given;
    }
}
