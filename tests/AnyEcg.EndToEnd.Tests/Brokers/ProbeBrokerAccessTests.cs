using System.Security.Cryptography.X509Certificates;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>`anyecg probe-broker` at brokers that do not let everyone in, or not everywhere.</summary>
[Collection(WholeSystem.Name)]
public sealed class ProbeBrokerAccessTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("probe");
    private readonly TestAuthority authority = new();

    [Fact]
    public async Task TlsInAWebSocketWithAPassword_GetsIn()
    {
        using X509Certificate2 certificate = authority.IssueServer();
        await using EmbeddedBroker broker = await BrokerAsync(certificate, new BrokerUser("probe", "right"));
        string password = Write("password", "right\n");

        (int exitCode, string output, string error) = await RunAsync(broker, "--user", "probe", "--password-file", password, "--messages", "200");

        Assert.True(exitCode == 0, output + error);
        Assert.DoesNotContain("right", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPassword_IsNoWayIn()
    {
        using X509Certificate2 certificate = authority.IssueServer();
        await using EmbeddedBroker broker = await BrokerAsync(certificate, new BrokerUser("probe", "right"));

        (int exitCode, _, string error) = await RunAsync(broker, "--user", "probe", "--password-file", Write("password", "wrong\n"));

        Assert.Equal(2, exitCode);
        Assert.Contains("BadUserNameOrPassword", error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificateOfAStranger_IsNoWayIn()
    {
        using TestAuthority stranger = new("stranger");
        using X509Certificate2 certificate = stranger.IssueServer();
        await using EmbeddedBroker broker = await BrokerAsync(certificate);

        (int exitCode, _, string error) = await RunAsync(broker);

        Assert.Equal(2, exitCode);
        Assert.Contains("cannot connect", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TopicsOutsideTheAccessRules_AreNotMeasuredAndUnfit()
    {
        await using EmbeddedBroker broker = new(
            new EmbeddedBrokerOptions { Users = [new BrokerUser("probe", "right") { MayPublish = ["ecg/#"], MaySubscribe = ["ecg/#"] }] }, TimeProvider.System);
        await broker.StartAsync(Budget.Token);
        Assert.Null(MqttBrokerUrl.TryParse($"mqtt://127.0.0.1:{broker.Port}", out MqttBrokerUrl? url));
        ProbeOptions options = new() { Url = url!, UserName = "probe", Password = "right", Messages = 100 };
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(4), TimeProvider.System);

        ProbeReport report = await new ProbeRun(options, TimeProvider.System).RunAsync(_ => { }, limit.Token);

        Assert.Equal((false, ProbeVerdict.NotMeasured), (report.Fits, report.Verdict));
        Assert.Equal(ProbeVerdict.NotMeasured, report.Findings.Single(f => f.Id == "queue").Verdict);
        Assert.Equal(0, broker.SessionCount);
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task<EmbeddedBroker> BrokerAsync(X509Certificate2 certificate, params BrokerUser[] users)
    {
        EmbeddedBrokerOptions options = new()
        {
            Port = null,
            Listeners = [new BrokerListenerOptions { Certificate = certificate, WebSocket = true }],
            Users = users,
        };
        EmbeddedBroker broker = new(options, TimeProvider.System);
        await broker.StartAsync(Budget.Token);
        return broker;
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(EmbeddedBroker broker, params string[] args) => AnyEcgProcess.RunAsync(
        ["probe-broker", $"wss://127.0.0.1:{broker.Ports[0]}/mqtt", "--ca", authority.WriteTo(Path.Combine(folder.FullName, "ca.pem")), .. args]);

    private string Write(string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
