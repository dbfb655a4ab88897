using System.Net;
using System.Text.Json;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>What the worker shows while it runs.</summary>
[Collection("running")]
public sealed class WorkerPagesTests : IAsyncLifetime
{
    private EmbeddedBroker broker = null!;
    private RunningWorker worker = null!;
    private Device device = null!;

    public async Task InitializeAsync()
    {
        broker = await Clients.BrokerAsync();
        worker = await RunningWorker.ReadyAsync(broker.Port);
        device = await Device.ConnectAsync(broker.Port, "patient-4711");
        await device.DescribeAsync();
        await device.SendAsync(12);
        await device.MarkAsync();
        await Budget.UntilAsync(() => worker.Engine.Snapshot() is { SecondsObserved: >= 10, AlertsEnded: >= 1 });
    }

    [Fact]
    public async Task Health_OfARunningWorker_IsGood()
    {
        foreach (string path in new[] { "/healthz/live", "/healthz/ready", "/healthz/startup" })
        {
            Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync(path));
        }
    }

    [PromtoolFact]
    public async Task Metrics_AreAcceptedByPromtool()
    {
        (int exitCode, string output) = await Promtool.CheckAsync(await worker.TextAsync("/metrics"));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Metrics_CountWhatCame()
    {
        string metrics = await worker.TextAsync("/metrics");
        Assert.Contains("anyecg_frames_received_total 12\n", metrics, StringComparison.Ordinal);
        Assert.Contains("anyecg_frames_accepted_total 12\n", metrics, StringComparison.Ordinal);
        Assert.Contains("anyecg_marks_total 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_NameNoStream()
    {
        string metrics = await worker.TextAsync("/metrics");
        Assert.DoesNotContain("patient-4711", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("ward", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_ListsTheStreamWithItsStrip()
    {
        using JsonDocument document = JsonDocument.Parse(await worker.TextAsync("/streams?strip=3"));
        JsonElement stream = Assert.Single(document.RootElement.GetProperty("streams").EnumerateArray());
        Assert.Equal("patient-4711", stream.GetProperty("stream").GetString());
        Assert.Equal(3, stream.GetProperty("strip").GetArrayLength());
        Assert.Contains(document.RootElement.GetProperty("alerts").EnumerateArray(), a => a.GetProperty("kind").GetString() == "patient-mark");
    }

    [Fact]
    public async Task Streams_SillyQuery_IsBadRequestOrClamped()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await worker.StatusAsync("/streams?skip=x"));
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/streams?skip=-5&limit=99999999&strip=-1"));
    }

    [Fact]
    public async Task Page_IsServed()
    {
        using HttpResponseMessage response = await worker.RequestAsync("/");
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<!doctype html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_AskedForUnderAnotherName_IsRefused()
    {
        // A web page of somebody else's whose name was pointed at this machine (DNS rebinding).
        using HttpRequestMessage request = new(HttpMethod.Get, worker.App.Urls.First() + "/streams");
        request.Headers.Host = "evil.example";
        using HttpClient http = new();
        using HttpResponseMessage response = await http.SendAsync(request, Budget.Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Page_RunsNobodyElsesScript()
    {
        using HttpResponseMessage response = await worker.RequestAsync("/");
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public void Log_OfAGoodRun_HasNoWarning() => Assert.Empty(worker.Log.Lines);

    public async Task DisposeAsync()
    {
        await device.DisposeAsync();
        await worker.DisposeAsync();
        await broker.DisposeAsync();
    }
}

/// <summary>Whole workers run one after the other.</summary>
[CollectionDefinition("running", DisableParallelization = true)]
public sealed class RunningWorkers;
