using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class PatchCollectorTests
{
    [Fact]
    public void Emit_SecondsJump_AbsentSecondsBetween()
    {
        PatchCollector collector = new(1);
        Emit(collector, 0, 1u, 0.5f);
        Emit(collector, 3, 1u, 0.25f);

        Assert.Equal(4, collector.Seconds);
        Assert.Equal([1, 0, 0, 1], collector.Present());
        Assert.Equal((Half)0.25f, collector.Patches()[3 * 300]);
    }

    [Fact]
    public void Patches_TwoLeads_LeadMajorAndZeroWhereAbsent()
    {
        PatchCollector collector = new(2);
        Emit(collector, 0, 0b11, 1f);
        Emit(collector, 1, 0b10, 2f);

        Half[] patches = collector.Patches();

        Assert.Equal([1, 0, 1, 1], collector.Present());
        Assert.Equal([(Half)1f, (Half)0f, (Half)1f, (Half)2f], new[] { patches[0], patches[300], patches[600], patches[900] });
    }

    private static void Emit(PatchCollector collector, long second, uint present, float value)
    {
        PatchSecond patch = collector.Rent(2);
        patch.Second = second;
        patch.Present = present;
        Array.Fill(patch.Samples, value);
        collector.Emit(patch);
    }
}
