using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

public sealed class StreamBoardTests
{
    private readonly StreamBoard board = new(2);

    [Fact]
    public void Trace_IsTheNewestSecondsOfTheNewestEpoch()
    {
        for (long second = 0; second < 30; second++)
        {
            board.Take(new StreamKey("ward", "bed-1"), Transitions.Patch(second));
        }

        Assert.Equal([28L, 29], Entry("bed-1").Trace(2).Select(t => t.Second));
        board.Take(new StreamKey("ward", "bed-1"), Transitions.Patch(0, epoch: 2));
        Assert.Equal([0L], Entry("bed-1").Trace(StreamBoard.TraceSeconds).Select(t => t.Second));
    }

    [Fact]
    public void Trace_IsInMicrovoltsAndEmptyWithoutALead()
    {
        board.Take(new StreamKey("ward", "bed-1"), Transitions.Patch(0, 1.2345f));
        board.Take(new StreamKey("ward", "bed-1"), Transitions.Patch(1, present: 0));

        List<TraceSecond> trace = Entry("bed-1").Trace(2);
        Assert.All(trace[0].Microvolts!, v => Assert.InRange(v, (short)1234, (short)1235));
        Assert.Null(trace[1].Microvolts);
    }

    [Fact]
    public void Trace_DoesNotChangeUnderItsReader()
    {
        board.Take(new StreamKey("ward", "bed-1"), Transitions.Patch(0, 1));
        short[] read = Entry("bed-1").Trace(1)[0].Microvolts!;
        for (long second = 1; second <= StreamBoard.TraceSeconds; second++)
        {
            board.Take(new StreamKey("ward", "bed-1"), Transitions.Patch(second, 2));
        }

        Assert.All(read, v => Assert.Equal(1000, v));
    }

    [Fact]
    public void Open_EndsWithItsAlert()
    {
        board.Take(Transitions.Alert());
        Assert.Single(Entry("bed-1").Open());
        board.Take(Transitions.Alert(AlertPhase.End));
        Assert.Empty(Entry("bed-1").Open());
    }

    [Fact]
    public void Open_GravestFirst()
    {
        board.Take(Transitions.Alert(number: 1, priority: AlertPriority.Low));
        board.Take(Transitions.Alert(number: 2, priority: AlertPriority.High));
        Assert.Equal([AlertPriority.High, AlertPriority.Low], Entry("bed-1").Open().Select(a => a.Priority));
    }

    [Fact]
    public void Transitions_AreTheNewestAndBounded()
    {
        for (int n = 0; n < 3 * StreamBoard.MaxTransitions; n++)
        {
            board.Take(Transitions.Alert(number: n));
        }

        Assert.Equal(StreamBoard.MaxTransitions, board.Transitions.Count);
        Assert.Equal(new Guid((3 * StreamBoard.MaxTransitions) - 1, 0, 0, new byte[8]), board.Transitions.First().AlertId);
    }

    [Fact]
    public void Full_TheStreamSilentLongestMakesRoom()
    {
        board.Take(new StreamKey("ward", "old"), Transitions.Patch(0, completedNs: 1));
        board.Take(new StreamKey("ward", "new"), Transitions.Patch(0, completedNs: 2));
        board.Take(new StreamKey("ward", "newest"), Transitions.Patch(0, completedNs: 3));
        Assert.Equal(["new", "newest"], board.Entries.Select(e => e.Key.Stream).Order());
    }

    [Fact]
    public void Full_AStreamWithAnOpenAlertStays()
    {
        board.Take(Transitions.Alert(stream: "grave"));
        board.Take(new StreamKey("ward", "calm"), Transitions.Patch(0, completedNs: 5));
        board.Take(new StreamKey("ward", "newest"), Transitions.Patch(0, completedNs: 6));
        Assert.Equal(["grave", "newest"], board.Entries.Select(e => e.Key.Stream).Order());
    }

    private BoardEntry Entry(string stream) => board.Entries.Single(e => e.Key.Stream == stream).Value;
}
