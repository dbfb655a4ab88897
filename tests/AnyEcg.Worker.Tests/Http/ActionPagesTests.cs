using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;

namespace AnyEcg.Worker.Tests;

/// <summary>Reading and acting over HTTP, with tokens and without.</summary>
[Collection("running")]
public sealed class ActionPagesTests : IAsyncLifetime
{
    private const string Reader = "a-token-that-may-read-and-no-more-01", Actor = "a-token-that-may-read-and-act-000002";

    private readonly RecordingReceiver alerts = new();
    private EmbeddedBroker broker = null!;
    private Device device = null!;
    private MqttConnection monitor = null!;

    public async Task InitializeAsync()
    {
        broker = await Clients.BrokerAsync();
        device = await Device.ConnectAsync(broker.Port, "bed 1");
        monitor = await Clients.ConnectAsync(broker.Port, "monitor", alerts);
        await monitor.SubscribeAsync("anyecg/v1/ward/+/alert");
    }

    [Fact]
    public async Task Acknowledge_WithAToken_IsDoneUnderTheTokensName()
    {
        await using RunningWorker worker = await WithTokensAsync();
        AlertReading open = await OfflineAsync(worker);
        (HttpStatusCode status, string text) = await PostAsync(worker, $"/alerts/{open.AlertId}/acknowledge", Actor, """{"reason":"seen"}""");
        Assert.Equal((HttpStatusCode.OK, CommandOutcome.Done), (status, CommandAnswer.TryParse(Encoding.UTF8.GetBytes(text))!.Outcome));
        AlertReading seen = AlertReading.TryParse((await alerts.NextAsync()).Payload)!;
        Assert.Equal((AlertSignal.Acknowledged, "dr 3", "seen"), (seen.Signal, seen.Action!.Operator, seen.Action.Reason));
        Assert.Contains("nothing-to-do", (await PostAsync(worker, $"/alerts/{open.AlertId}/acknowledge", Actor)).Text, StringComparison.Ordinal);

        using JsonDocument audit = JsonDocument.Parse(await GetAsync(worker, "/streams/ward/bed%201/actions", Reader));
        JsonElement first = audit.RootElement.GetProperty("actions")[0];
        Assert.Equal(("dr 3", "acknowledge", "done", "token"), (
            first.GetProperty("operator").GetString(), first.GetProperty("command").GetString(), first.GetProperty("outcome").GetString(),
            first.GetProperty("detail").GetProperty("source").GetString()));
        Assert.DoesNotContain(worker.Log.Lines, line => line.Contains(Actor, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_WhereSet_AreAskedForByEverythingButHealthAndTheEmptyPage()
    {
        await using RunningWorker worker = await WithTokensAsync();
        foreach (string path in new[] { "/streams", "/alerts", "/metrics", "/streams/ward/b/strip?epoch=1&from=0&to=1", "/streams/ward/b/actions", $"/alerts/{Guid.Empty}" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await worker.StatusAsync(path));
            using HttpResponseMessage read = await worker.SendAsync(HttpMethod.Get, path, Reader);
            Assert.NotEqual(HttpStatusCode.Unauthorized, read.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/healthz/ready"));
        Assert.Equal(HttpStatusCode.OK, await worker.StatusAsync("/"));
    }

    [Fact]
    public async Task Tokens_ThatAreWrong_AreCountedAndSlowedDown()
    {
        await using RunningWorker worker = await WithTokensAsync();
        List<HttpStatusCode> seen = [];
        for (int i = 0; i < 30; i++)
        {
            using HttpResponseMessage refused = await worker.SendAsync(HttpMethod.Get, "/alerts", $"{Reader}{i}");
            seen.Add(refused.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], seen.Distinct());
        using HttpResponseMessage right = await worker.SendAsync(HttpMethod.Get, "/metrics", Reader);
        string metrics = await right.Content.ReadAsStringAsync();
        Assert.Contains("anyecg_http_refused_total{status=\"401\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("anyecg_http_refused_total{status=\"429\"}", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Action_WithAReadersToken_IsForbidden()
    {
        await using RunningWorker worker = await WithTokensAsync();
        await OfflineAsync(worker);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(worker, "/streams/ward/bed%201/pause", Reader, """{"seconds":60}""")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(worker, "/streams/ward/bed%201/pause", null, """{"seconds":60}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(worker, "/streams/ward/bed%201/pause", Actor, """{"seconds":60}""")).Status);
    }

    [Fact]
    public async Task Action_InAnothersName_IsRefused()
    {
        await using RunningWorker worker = await WithTokensAsync();
        await OfflineAsync(worker);
        (HttpStatusCode status, string text) = await PostAsync(worker, "/streams/ward/bed%201/admit", Actor, """{"operator":"somebody else"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("bad-field", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Action_OfAForeignPage_IsRefused()
    {
        await using RunningWorker worker = await OpenAsync();
        await OfflineAsync(worker);
        const string Body = """{"operator":"n","seconds":60}""";
        using HttpResponseMessage text = await worker.SendAsync(HttpMethod.Post, "/streams/ward/bed%201/pause", null, Body, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        using HttpRequestMessage foreign = new(HttpMethod.Post, worker.App.Urls.First() + "/streams/ward/bed%201/pause") { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
        foreign.Headers.Add("Origin", "https://evil.example");
        using HttpClient http = new();
        using HttpResponseMessage refused = await http.SendAsync(foreign, Budget.Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Action_WithoutTokens_NeedsANameAndIsMarkedAsOfThisMachine()
    {
        await using RunningWorker worker = await OpenAsync();
        await OfflineAsync(worker);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(worker, "/streams/ward/bed%201/pause", null, """{"seconds":60}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(worker, "/streams/ward/bed%201/pause", null, """{"seconds":60,"operator":"n"}""")).Status);
        Assert.Contains("\"source\":\"loopback\"", await GetAsync(worker, "/streams/ward/bed%201/actions", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Action_WithoutTokensOnExposedPages_IsForbidden()
    {
        await using RunningWorker worker = await OpenAsync("--Worker:ExposePages", "true");
        await OfflineAsync(worker);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(worker, "/streams/ward/bed%201/admit", null, """{"operator":"n"}""")).Status);
    }

    [Fact]
    public async Task Answers_HaveTheStatusThatGoesWithThem()
    {
        await using RunningWorker worker = await OpenAsync();
        await OfflineAsync(worker);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(worker, $"/alerts/{Guid.Empty}/acknowledge", null, """{"operator":"n"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(worker, "/streams/ward/other/admit", null, """{"operator":"n"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(worker, "/streams/ward/bed%201/admit", null, "[")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(worker, "/streams/ward/bed%201/limits", null, """{"operator":"n","limits":{"asystole":{"limit":-1}}}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(worker, "/streams/ward/bed%201/admit", null, new string(' ', 20_000))).Status);
    }

    [Fact]
    public async Task Alerts_AndStrips_AreReadInEveryForm()
    {
        await using RunningWorker worker = await OpenAsync();
        AlertReading open = await OfflineAsync(worker);
        using JsonDocument list = JsonDocument.Parse(await GetAsync(worker, "/alerts?group=ward&stream=bed%201", null));
        Assert.Equal((1, open.AlertId), (list.RootElement.GetProperty("total").GetInt32(), list.RootElement.GetProperty("alerts")[0].GetProperty("alertId").GetGuid()));
        Assert.Contains("\"total\":0", await GetAsync(worker, "/alerts?group=other", null), StringComparison.Ordinal);
        using JsonDocument whole = JsonDocument.Parse(await GetAsync(worker, $"/alerts/{open.AlertId}", null));
        Assert.Equal(1, whole.RootElement.GetProperty("revisions").GetArrayLength());
        Assert.Contains("\"DeviceAlert\"", await GetAsync(worker, $"/alerts/{open.AlertId}?format=fhir", null), StringComparison.Ordinal);
        Assert.StartsWith("MSH|", await GetAsync(worker, $"/alerts/{open.AlertId}?format=hl7", null), StringComparison.Ordinal);
        Assert.NotNull(StripDocument.TryParse(Encoding.UTF8.GetBytes(await GetAsync(worker, $"/streams/ward/bed%201/strip?alert={open.AlertId}", null))));
        Assert.StartsWith("<svg", await GetAsync(worker, "/streams/ward/bed%201/strip?epoch=1&from=0&to=900&format=svg", null), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await worker.StatusAsync("/streams/ward/bed%201/strip?epoch=x&from=0&to=900"));
        Assert.Equal(HttpStatusCode.NotFound, await worker.StatusAsync("/streams/ward/bed%201/strip?epoch=9&from=0&to=900"));
        Assert.Equal(HttpStatusCode.NotFound, await worker.StatusAsync($"/alerts/{Guid.Empty}"));
    }

    [Fact]
    public async Task Store_WhereThereIsNone_IsSaidSo()
    {
        await using RunningWorker worker = await OpenAsync("--Store:Connection", "none");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await worker.StatusAsync("/alerts"));
        Assert.Contains("no-store", await (await worker.RequestAsync("/alerts")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        await device.DisposeAsync();
        await monitor.DisposeAsync();
        await broker.DisposeAsync();
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(RunningWorker worker, string path, string? token, string? body = null)
    {
        using HttpResponseMessage response = await worker.SendAsync(HttpMethod.Post, path, token, body);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> GetAsync(RunningWorker worker, string path, string? token)
    {
        using HttpResponseMessage response = await worker.SendAsync(HttpMethod.Get, path, token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private Task<RunningWorker> OpenAsync(params string[] more) => RunningWorker.ReadyAsync(broker.Port, null, more);

    private Task<RunningWorker> WithTokensAsync() => OpenAsync(
        "--Http:Tokens:0:Operator", "nurse 7", "--Http:Tokens:0:TokenSha256", Sha256(Reader), "--Http:Tokens:0:Roles:0", "read",
        "--Http:Tokens:1:Operator", "dr 3", "--Http:Tokens:1:TokenSha256", Sha256(Actor), "--Http:Tokens:1:Roles:0", "read", "--Http:Tokens:1:Roles:1", "act");

    private static string Sha256(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>A device that sends three seconds and goes; the alert that comes of it.</summary>
    private async Task<AlertReading> OfflineAsync(RunningWorker worker)
    {
        await device.DescribeAsync();
        await device.SendAsync(3);
        await Budget.UntilAsync(() => worker.Engine.Snapshot().FramesAccepted == 3);
        await device.PublishAsync(DeviceTopics.Status(device.Key), Wire.Status(DeviceState.Offline));
        return AlertReading.TryParse((await alerts.NextAsync()).Payload)!;
    }
}
