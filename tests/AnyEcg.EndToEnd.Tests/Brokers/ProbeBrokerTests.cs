using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Conformance.Tests;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>What `anyecg probe-broker` says of brokers whose settings are known.</summary>
[Collection(WholeSystem.Name)]
public sealed class ProbeBrokerTests
{
    private const int Messages = 2_000;

    [MosquittoFact]
    public async Task MosquittoDefault_ItsQueueOf1000IsFoundAndLosesData()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync(Budget.Token);

        ProbeReport report = await ProbeAsync(broker.Port);

        Finding queue = Find(report, "queue");
        Assert.Equal(ProbeVerdict.LosesData, queue.Verdict);
        Assert.Equal([("sent", Messages), ("kept", 1000), ("refused", 0), ("dropped", "the newest")], queue.Values);
        Assert.StartsWith("max_queued_messages", queue.Setting, StringComparison.Ordinal);
        Assert.False(report.Fits);
        Assert.Equal(20, Find(report, "receive-maximum").Values.Single(v => v.Name == "held").Value);
        Assert.All(report.Findings.Where(f => f.Id != "queue"), f => Assert.True(f.Verdict < ProbeVerdict.LosesData, f.ToString()));
    }

    [MosquittoFact]
    public async Task MosquittoAsShipped_Fits()
    {
        string[] settings = [.. Shipped().Where(line => line.StartsWith("max_", StringComparison.Ordinal) || line.StartsWith("persistent_", StringComparison.Ordinal))];
        Assert.Contains("max_queued_messages 360000", settings);
        await using MosquittoServer broker = await MosquittoServer.StartAsync(["allow_anonymous true", .. settings], Budget.Token);

        ProbeReport report = await ProbeAsync(broker.Port);

        Assert.True(report.Fits, Text(report));
        Assert.Equal(ProbeVerdict.Good, Find(report, "queue").Verdict);
        Assert.Equal(true, Find(report, "takeover-unacknowledged").Values.Single(v => v.Name == "inOrder").Value);
    }

    [RabbitFact]
    public async Task RabbitMq_Speaks311_FitsWithSettings()
    {
        (int port, IAsyncDisposable server) = await RabbitServer.StartAsync();
        await using (server)
        {
            ProbeReport report = await ProbeAsync(port);

            Assert.Equal((true, ProbeVerdict.NeedsSetting), (report.Fits, report.Verdict));
            Assert.Equal([("v5", false), ("v311", true)], Find(report, "versions").Values);
            Assert.Equal(ProbeVerdict.Good, Find(report, "queue").Verdict);
            Assert.Equal(ProbeVerdict.Good, Find(report, "takeover-unacknowledged").Verdict);
            Assert.Equal(10, Find(report, "receive-maximum").Values.Single(v => v.Name == "held").Value);
        }
    }

    [AedesFact]
    public async Task Aedes_Speaks311AndDoesNotPace_IsFoundOut()
    {
        (int port, IAsyncDisposable server) = await AedesServer.StartAsync();
        await using (server)
        {
            ProbeReport report = await ProbeAsync(port);

            Assert.True(report.Fits, Text(report));
            Assert.Equal(false, Find(report, "versions").Values.Single(v => v.Name == "v5").Value);
            Assert.Equal((Messages, ProbeVerdict.NeedsSetting), (Find(report, "receive-maximum").Values.Single(v => v.Name == "held").Value, Find(report, "receive-maximum").Verdict));
        }
    }

    [Fact]
    public async Task EmbeddedBroker_FitsAndIsLeftClean()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();

        ProbeReport report = await ProbeAsync(broker.Port);

        Assert.True(report.Fits, Text(report));
        Assert.All(report.Findings, f => Assert.True(f.Verdict is ProbeVerdict.Good or ProbeVerdict.Note, f.ToString()));
        Assert.Equal((0, 0), (broker.SessionCount, broker.RetainedCount));
    }

    [Fact]
    public async Task EmbeddedBroker_WithASmallQueue_IsFoundOut()
    {
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions { MaxQueuedPerClient = 300 }, TimeProvider.System);
        await broker.StartAsync(Budget.Token);

        ProbeReport report = await ProbeAsync(broker.Port);

        Assert.False(report.Fits);
        Assert.Equal(300, Find(report, "queue").Values.Single(v => v.Name == "kept").Value);
        Assert.Equal(0, broker.SessionCount);
    }

    [Fact]
    public async Task BrokerThatTakesNoDescriptor_LosesData()
    {
        await using EmbeddedBroker broker = new(new EmbeddedBrokerOptions { MaxPacketSize = 20_000 }, TimeProvider.System);
        await broker.StartAsync(Budget.Token);

        ProbeReport report = await ProbeAsync(broker.Port);

        Assert.Equal(ProbeVerdict.LosesData, Find(report, "packet-size").Verdict);
        Assert.Equal(10_000, Find(report, "packet-size").Values.Single(v => v.Name == "bytes").Value);
        Assert.Equal(ProbeVerdict.NeedsSetting, Find(report, "limits").Verdict);
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("mqtt://user:secret@127.0.0.1")]
    [InlineData("mqtt://192.0.2.1", "--user", "someone")]
    [InlineData("mqtt://127.0.0.1:1")]
    [InlineData("mqtt://127.0.0.1:1", "--messages", "many")]
    public async Task Command_BadUrlOrNobodyThere_IsExitCode2WithAReason(params string[] args)
    {
        (int exitCode, _, string error) = await AnyEcgProcess.RunAsync(["probe-broker", .. args]);

        Assert.Equal(2, exitCode);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_AFitBroker_IsExitCode0WithTableAndDocument()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        string json = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            (int exitCode, string output, string error) =
                await AnyEcgProcess.RunAsync("probe-broker", $"mqtt://127.0.0.1:{broker.Port}", "--messages", "500", "--json", json);

            Assert.True(exitCode == 0, output + error);
            Assert.Contains("fit for our use", output, StringComparison.Ordinal);
            using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(json));
            foreach (string path in new[] { "url", "fit", "verdict", "findings.id", "findings.title", "findings.measured", "findings.verdict", "findings.values" })
                JsonKeys.AssertPresent(document.RootElement, path);
        }
        finally
        {
            File.Delete(json);
        }
    }

    private static async Task<ProbeReport> ProbeAsync(int port)
    {
        Assert.Null(MqttBrokerUrl.TryParse($"mqtt://127.0.0.1:{port}", out MqttBrokerUrl? url));
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(4), TimeProvider.System);
        return await new ProbeRun(new ProbeOptions { Url = url!, Messages = Messages }, TimeProvider.System).RunAsync(_ => { }, limit.Token);
    }

    private static Finding Find(ProbeReport report, string id) => report.Findings.Single(f => f.Id == id);

    private static string Text(ProbeReport report) => string.Join('\n', report.Findings);

    private static string[] Shipped() => File.ReadAllLines(RepositoryRoot.File("deploy", "mosquitto", "mosquitto.conf"));
}

/// <summary>A fact that needs RabbitMQ; skipped with that reason where it is not installed.</summary>
internal sealed class RabbitFactAttribute : FactAttribute
{
    public RabbitFactAttribute()
    {
        if (!RabbitServer.IsInstalled)
            Skip = "rabbitmq-server is not installed";
    }
}

/// <summary>A fact that needs aedes; skipped with that reason where it is not installed.</summary>
internal sealed class AedesFactAttribute : FactAttribute
{
    public AedesFactAttribute()
    {
        if (!AedesServer.IsInstalled)
            Skip = "node, or the packages of tests/npm, are not installed";
    }
}
