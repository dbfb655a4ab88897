using System.Text.Json;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

public sealed class BoardJsonTests
{
    private readonly StreamBoard board = new(10);
    private readonly ManualClock clock = new();

    [Fact]
    public void Write_EmptyBoard_IsADocument()
    {
        JsonElement root = Write();
        Assert.Equal("worker-7", root.GetProperty("worker").GetString());
        Assert.Equal(0, root.GetProperty("total").GetInt32());
        Assert.Equal(0, root.GetProperty("streams").GetArrayLength());
    }

    [Fact]
    public void Write_StreamsWithAlertsComeFirst()
    {
        board.Take(Transitions.Rhythm("a"));
        board.Take(Transitions.Rhythm("b"));
        board.Take(Transitions.Alert(stream: "b"));

        JsonElement root = Write();
        Assert.Equal(["b", "a"], root.GetProperty("streams").EnumerateArray().Select(s => s.GetProperty("stream").GetString()));
        Assert.Equal(1, root.GetProperty("openAlerts").GetInt32());
        JsonElement alert = root.GetProperty("alerts")[0];
        Assert.Equal(("asystole", "high", "start"), (Text(alert, "kind"), Text(alert, "priority"), Text(alert, "phase")));
    }

    [Fact]
    public void Write_SkipAndLimit_GiveAPage()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            board.Take(Transitions.Rhythm(name));
        }

        JsonElement root = Write(skip: 1, limit: 1);
        Assert.Equal(3, root.GetProperty("total").GetInt32());
        Assert.Equal("b", Text(Assert.Single(root.GetProperty("streams").EnumerateArray()), "stream"));
    }

    [Fact]
    public void Write_Rhythm_RateIsLeftOutWhereThereIsNone()
    {
        board.Take(Transitions.Rhythm("a", rate: null));
        board.Take(Transitions.Rhythm("b"));

        JsonElement[] streams = [.. Write().GetProperty("streams").EnumerateArray()];
        Assert.False(streams[0].TryGetProperty("heartRate", out _));
        Assert.Equal(61.2, streams[1].GetProperty("heartRate").GetDouble());
        Assert.Equal("sinus", Text(streams[1], "rhythm"));
    }

    [Fact]
    public void Write_LongTerm_IsThatOfTheLastSummary()
    {
        board.Take(Transitions.Rhythm("a"));
        JsonElement stream = Write().GetProperty("streams")[0];
        Assert.Equal(
            [3600, 0.125, 2.5, 0, 2.75],
            new[] { "analysedSeconds", "afBurden", "ventricularPerHour", "supraventricularPerHour", "longestPauseSeconds" }.Select(key => stream.GetProperty(key).GetDouble()));
    }

    [Fact]
    public void Write_Stale_AfterTenSilentSeconds()
    {
        board.Take(new StreamKey("ward", "a"), Transitions.Patch(0, completedNs: clock.NowNs()));
        Assert.False(Write().GetProperty("streams")[0].GetProperty("stale").GetBoolean());
        clock.Advance(11);
        Assert.True(Write().GetProperty("streams")[0].GetProperty("stale").GetBoolean());
    }

    [Fact]
    public void Write_NewestSecond_SaysWhenItBeganAndWhenItWasReceived()
    {
        board.Take(Transitions.Rhythm("b"));
        long received = clock.NowNs();
        board.Take(new StreamKey("ward", "b"), Transitions.Patch(0, completedNs: received));

        JsonElement stream = Write().GetProperty("streams")[0];
        Assert.Equal(IsoTime.Format(received), Text(stream, "receivedTime"));
        Assert.True(stream.TryGetProperty("secondTime", out _));
    }

    [Fact]
    public void Write_NoSecondYet_SaysNoTime()
    {
        board.Take(Transitions.Rhythm("b"));
        Assert.False(Write().GetProperty("streams")[0].TryGetProperty("secondTime", out _));
    }

    [Fact]
    public void Write_Strip_HasASampleArrayForEachSecond()
    {
        board.Take(new StreamKey("ward", "a"), Transitions.Patch(3));
        JsonElement second = Write(traceSeconds: 5).GetProperty("streams")[0].GetProperty("strip")[0];
        Assert.Equal(3, second.GetProperty("second").GetInt64());
        Assert.Equal(PatchSecond.PatchSamples, second.GetProperty("microvolts").GetArrayLength());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private JsonElement Write(int skip = 0, int limit = 50, int traceSeconds = 0)
    {
        MemoryStream output = new();
        new BoardJson(board, "worker-7", clock).Write(output, skip, limit, traceSeconds);
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }
}
