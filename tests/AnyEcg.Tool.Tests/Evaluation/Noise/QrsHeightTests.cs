using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class QrsHeightTests : IDisposable
{
    private readonly TemporaryRecords records = new();

    public void Dispose() => records.Dispose();

    [Fact]
    public void Measure_SpikesAtTheBeats_IsTheirHeight()
    {
        using Recording record = Recording.Open(records.Add("spikes", 60));
        Assert.Equal([200], QrsHeight.Measure(record, [.. Beats(50, BeatClass.N)]));
    }

    [Fact]
    public void Measure_OnlyNBeats_AndOutliersAreLeftOut()
    {
        // 19 N beats on spikes, one 0.25 s beside: a twentieth, so one at either end, is left out; the V beats beside would make it 0
        using Recording record = Recording.Open(records.Add("spikes", 60));
        TimedBeat[] beats = [.. Beats(19, BeatClass.N), new(25.75, BeatClass.N), .. Beats(10, BeatClass.V).Select(b => b with { Seconds = b.Seconds + 0.25 })];
        Assert.Equal([200], QrsHeight.Measure(record, beats));
    }

    [Fact]
    public void Measure_BeatsBesideTheSpikes_SeeNothing()
    {
        using Recording record = Recording.Open(records.Add("spikes", 60));
        Assert.Equal([0], QrsHeight.Measure(record, [.. Beats(20, BeatClass.N).Select(b => b with { Seconds = b.Seconds + 0.1 })]));
    }

    [Fact]
    public void Measure_NoBeats_TakesSeconds()
    {
        using Recording record = Recording.Open(records.Add("spikes", 60));
        Assert.Equal([200], QrsHeight.Measure(record, null));
    }

    private static IEnumerable<TimedBeat> Beats(int count, BeatClass of) => Enumerable.Range(0, count).Select(k => new TimedBeat(k + 0.5, of));
}
