using AnyEcg.Alerts;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class StripAssemblerTests
{
    private static readonly StripRange Range = new(4, 1000, 2000);

    [Fact]
    public void Add_FramesInAnyOrderDoubledOverlappingOfSeveralEpochs_IsWhatCameAndNothingElse()
    {
        Gen<(int First, int Count, int Epoch)> one =
            from first in Gen.Choose(0, 3500) from count in Gen.Choose(1, 400) from epoch in Gen.Frequency((5, Gen.Constant(4)), (1, Gen.Choose(3, 5))) select (first, count, epoch);
        Prop.ForAll(Gen.ArrayOf(one).ToArbitrary(), frames =>
        {
            StripAssembler assembler = new(Strips.Format(), Range);
            foreach ((int first, int count, int epoch) in frames)
                assembler.Add(Strips.Frame(first, count, epoch: (uint)epoch));
            EcgStrip strip = assembler.Finish(Strips.Key, 0, []);
            return Enumerable.Range(0, Range.Count).All(i =>
            {
                long sample = Range.First + i;
                bool came = frames.Any(f => f.Epoch == 4 && sample >= f.First && sample < f.First + f.Count);
                return Enumerable.Range(0, 2).All(lead => came
                    ? strip.Leads[lead].Microvolts[i] == (Strips.Step(sample, lead) - 1024) * 5
                    : float.IsNaN(strip.Leads[lead].Microvolts[i]));
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Add_SamplesThatAreThere_StayAsTheyCameFirst()
    {
        StripAssembler assembler = new(Strips.Format(), Range);
        Assert.True(assembler.Add(Strips.Frame(1000, 100)));
        EcgFrame other = Strips.Frame(1000, 100);
        other.Samples.Fill(9);
        Assert.False(assembler.Add(other));
        Assert.Equal((Strips.Step(1000, 0) - 1024) * 5, assembler.Finish(Strips.Key, 0, []).Leads[0].Microvolts[0]);
    }

    [Fact]
    public void Add_FrameOfAnotherShapeOrPlace_IsLeftOut()
    {
        StripAssembler assembler = new(Strips.Format(), Range);
        Assert.False(assembler.Add(Strips.Frame(1000, 100, leads: 3)));
        Assert.Equal(1, assembler.Unreadable);
        Assert.False(assembler.Add(Strips.Frame(0, 1000)));
        Assert.False(assembler.Add(Strips.Frame(3000, 10)));
        Assert.False(assembler.Add(new EcgFrame { Epoch = 4, FirstSample = EcgFrame.Unplaced }));
        Assert.All(assembler.Finish(Strips.Key, 0, []).Leads, lead => Assert.All(lead.Microvolts, v => Assert.True(float.IsNaN(v))));
    }

    [Fact]
    public void Finish_LeadOff_IsSpansOfItsSamples()
    {
        StripAssembler assembler = new(Strips.Format(), Range);
        assembler.Add(Strips.Frame(900, 200, off: 0b10));
        assembler.Add(Strips.Frame(1100, 100, off: 0b10));
        assembler.Add(Strips.Frame(1200, 100, off: 0b01));
        assembler.Add(Strips.Frame(2900, 200, off: 0b01));
        EcgStrip strip = assembler.Finish(Strips.Key, 0, []);
        Assert.Equal([new StripSpan(1200, 1300), new StripSpan(2900, 3000)], strip.Leads[0].Off.ToArray());
        Assert.Equal([new StripSpan(1000, 1200)], strip.Leads[1].Off.ToArray());
    }

    [Fact]
    public void Finish_NamesAndAlerts_AreThoseGiven()
    {
        StripAssembler assembler = new(Strips.Format(), Range, [new LeadDescriptor("MLII"), new LeadDescriptor("V1")]);
        StripAlert inside = new(Guid.Empty, AlertKind.Pause, 1500, 1600, null), before = inside with { Onset = 10, Decided = 20, End = 999 };
        StripAlert lasting = inside with { Onset = 10, Decided = 20 }, after = inside with { Onset = 3000 };
        EcgStrip strip = assembler.Finish(Strips.Key, 5, [inside, before, lasting, after]);
        Assert.Equal([lasting, inside], strip.Alerts.ToArray());
        Assert.Equal([("MLII", null), ("V1", (int?)131_075)], strip.Leads.Select(lead => (lead.Name, lead.Mdc)));
        Assert.Equal((5L, 8.0), (strip.StartNs, strip.Seconds));
    }

    [Fact]
    public void Constructor_NamesOfOtherLeads_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new StripAssembler(Strips.Format(), Range, [new LeadDescriptor("II")]));
}
