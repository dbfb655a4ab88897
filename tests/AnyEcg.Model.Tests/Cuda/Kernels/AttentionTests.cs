namespace AnyEcg.Model.Tests;

public sealed class AttentionTests
{
    private const long Late = 9_999_990;

    /// <summary>One lead, three, and twelve, that come and go; some longer away than the window.</summary>
    private static TestStream[] Three(int seconds) => [Streams.Random(3, 1, seconds, Late), Streams.Random(11, 3, seconds), Streams.Random(8, 12, seconds / 2, Late)];

    private static AttentionWorld Live(string size, bool full, TestStream[] streams, ThreadOrder order)
    {
        AttentionWorld world = new(KernelSizes.Weights(size), full, streams, order);
        while (!world.Done)
            world.Step(1);
        return world;
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("small", false)]
    [InlineData("released", false)]
    [InlineData("long", false)]
    [InlineData("deep", true)]
    [InlineData("broad", false)]
    public void Attend_LeadsThatComeAndGo_EqualsDoublePrecision(string size, bool full)
    {
        using AttentionWorld world = Live(size, full, Three(90), ThreadOrder.Forward);
        Assert.Contains(world.Attended.Keys, key => key.Lead > 1);
        foreach (((int stream, long second, int lead), float[] attended) in world.Attended)
            Close.Assert(world.Expected(stream, second, lead), attended, full ? 2e-6 : 4e-3, $"stream {stream}, second {second}, lead {lead}");
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("released", false)]
    [InlineData("long", false)]
    public void AttendBehind_AnyCutIntoPasses_EqualsOneSecondAPassInEveryBit(string size, bool full)
    {
        TestStream[] streams = Three(90);
        using AttentionWorld live = Live(size, full, streams, ThreadOrder.Reverse), behind = new(KernelSizes.Weights(size), full, streams, ThreadOrder.Random);
        for (Random random = new(4); !behind.Done;)
            behind.Step(random.Next(1, 40));
        Assert.Equal(live.Attended.Keys.Order(), behind.Attended.Keys.Order());
        Assert.All(live.Attended, token => Assert.Equal(token.Value, behind.Attended[token.Key]));
        Assert.Equal(live.Rings().Select(place => place.Entry), behind.Rings().Select(place => place.Entry));
    }

    [CudaEmulatorFact]
    public void Attend_WhatItStores_IsKeyAndValueOfTheSecond()
    {
        using AttentionWorld world = Live("small", full: false, Three(40), ThreadOrder.Random);
        Assert.NotEmpty(world.Rings());
        Assert.All(world.Rings(), place => Assert.Equal(world.Stored(place.Stream, place.Lead, place.Second), place.Entry));
    }
}
