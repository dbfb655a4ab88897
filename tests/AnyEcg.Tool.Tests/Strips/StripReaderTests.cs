using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Recordings;
using AnyEcg.Worker.Tests;

namespace AnyEcg.Tool.Tests;

public sealed class StripReaderTests : IDisposable
{
    private readonly TemporaryRecords records = new();
    private readonly IModelRunner model = ModelLoader.CreateRandom(
        TestModel.Config, 3, new CpuModelOptions { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 64, MaxTokens = 64 });

    [Fact]
    public void Read_Stretch_IsThatOfTheWholeRun()
    {
        string path = records.Add("r", 150, (0, 28, "(N"), (5000, 5, ""), (5125, 1, ""), (5500, 28, "(VT"), (20_000, 1, ""));
        Strip strip = StripReader.Read(new StripRequest { Path = path, From = 20.25, Seconds = 5, Annotations = path + ".atr" }, model, CancellationToken.None);
        RecordResult whole = new RecordRunner(model, AlertSettings.Default).Run(path, new RecordingOptions(), null, CancellationToken.None);

        Assert.Equal(whole.Beats.Where(b => b.Seconds is >= 20.25 and < 25.25), strip.Found.Beats);
        Assert.Equal(whole.Rhythm[20], strip.Found.Rhythms![0].Rhythm);
        Assert.Equal((20.25, 25.25), (strip.Found.Rhythms[0].Episode.Start, strip.Found.Rhythms[^1].Episode.End));

        // The spike stands at 0.5 s of every second, and the causal filters put it back to its place within a few milliseconds.
        StripLead lead = Assert.Single(strip.Leads);
        Assert.Equal(("MLII", 1500), (lead.Name, lead.Millivolts.Length));
        Assert.DoesNotContain(float.NaN, lead.Millivolts);
        Assert.InRange(Array.IndexOf(lead.Millivolts, lead.Millivolts.AsSpan(0, 150).ToArray().Max()), 72, 78);
        Assert.Equal([20.5], strip.Annotated!.Beats!.Select(b => b.Seconds));
        Assert.Equal([(20.25, 22.0), (22.0, 25.25)], strip.Annotated.Rhythms!.Select(r => (r.Episode.Start, r.Episode.End)));
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(10, "V7")]
    public void Read_WhatIsNotInTheRecord_IsRefused(double from, string? lead)
    {
        StripRequest request = new() { Path = records.Add("short", 30), From = from, Seconds = 5, Leads = lead is null ? [] : [lead] };
        Assert.Throws<RecordingFormatException>(() => StripReader.Read(request, model, CancellationToken.None));
    }

    public void Dispose()
    {
        model.Dispose();
        records.Dispose();
    }
}
