using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Clients that others wrote, against the embedded broker: every scenario in both versions, over every kind of port.</summary>
public sealed class OtherClientsTests
{
    private const string UserOrder = """["k=1","l=x","k=2"]""";
    private const string GroupedOrder = """["k=1","k=2","l=x"]""";

    public static TheoryData<string, int> Scenario => Scenarios.All();

    [NodeTheory]
    [MemberData(nameof(Scenario))]
    public async Task Node_EveryScenario_SeesWhatItShould(string scenario, int version)
    {
        await using EmbeddedBroker broker = await BrokerAsync();
        Scenarios.AssertVerdict(scenario, version, await InteropClient.Node.RunAsync(scenario, $"mqtt://127.0.0.1:{broker.Port}", version));
        Assert.Equal(0, broker.Counters.ProtocolErrors);
    }

    [PahoTheory]
    [MemberData(nameof(Scenario))]
    public async Task Paho_EveryScenario_SeesWhatItShould(string scenario, int version)
    {
        await using EmbeddedBroker broker = await BrokerAsync();
        Scenarios.AssertVerdict(scenario, version, await InteropClient.Python.RunAsync(scenario, $"mqtt://127.0.0.1:{broker.Port}", version));
        Assert.Equal(0, broker.Counters.ProtocolErrors);
    }

    /// <summary>The npm client hands out user properties by name, so that the order of different names is lost in it.</summary>
    [NodeTheory]
    [InlineData("properties", $$"""{"contentType":"application/json","responseTopic":"answers/here","correlation":"0102ff","isText":true,"expires":true,"user":{{GroupedOrder}}}""")]
    [InlineData("aliases", """{"received":["a/long/topic/name 1","a/long/topic/name 2","a/long/topic/name 3"],"aliased":2,"maximum":64}""")]
    public async Task Node_Version5Only_SeesWhatItShould(string scenario, string expected)
    {
        await using EmbeddedBroker broker = await BrokerAsync();
        Scenarios.AssertVerdict(expected, await InteropClient.Node.RunAsync(scenario, $"mqtt://127.0.0.1:{broker.Port}", 5));
    }

    [PahoTheory]
    [InlineData("properties", $$"""{"contentType":"application/json","responseTopic":"answers/here","correlation":"0102ff","isText":true,"expires":true,"user":{{UserOrder}}}""")]
    [InlineData("aliases", """{"received":["a/long/topic/name 1","a/long/topic/name 2"]}""")]
    public async Task Paho_Version5Only_SeesWhatItShould(string scenario, string expected)
    {
        await using EmbeddedBroker broker = await BrokerAsync();
        Scenarios.AssertVerdict(expected, await InteropClient.Python.RunAsync(scenario, $"mqtt://127.0.0.1:{broker.Port}", 5));
    }

    [NodeTheory]
    [InlineData("mqtts", "levels", 4)]
    [InlineData("mqtts", "large", 5)]
    [InlineData("mqtts", "takeover", 5)]
    [InlineData("ws", "levels", 4)]
    [InlineData("ws", "large", 5)]
    [InlineData("ws", "takeover", 5)]
    [InlineData("wss", "levels", 5)]
    public Task Node_EveryKindOfPort_SeesWhatItShould(string scheme, string scenario, int version) =>
        OverAsync(InteropClient.Node, scheme, scenario, version);

    [PahoTheory]
    [InlineData("mqtts", "levels", 4)]
    [InlineData("mqtts", "large", 5)]
    [InlineData("mqtts", "takeover", 5)]
    [InlineData("ws", "levels", 4)]
    [InlineData("ws", "large", 5)]
    [InlineData("ws", "takeover", 5)]
    [InlineData("wss", "levels", 5)]
    public Task Paho_EveryKindOfPort_SeesWhatItShould(string scheme, string scenario, int version) =>
        OverAsync(InteropClient.Python, scheme, scenario, version);

    private static async Task OverAsync(InteropClient client, string scheme, string scenario, int version)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("interop");
        try
        {
            using TestAuthority authority = new();
            using X509Certificate2 certificate = authority.IssueServer();
            using X509Certificate2 own = authority.IssueClient("device");
            (string certificatePath, string keyPath) = own.WriteTo(folder.FullName, "device");
            string roots = authority.WriteTo(Path.Combine(folder.FullName, "ca.pem"));
            bool secure = scheme is "mqtts" or "wss";
            await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions
            {
                Certificate = secure ? certificate : null,
                RequireClientCertificate = secure,
                ClientRoots = [authority.Certificate],
                WebSocket = scheme is "ws" or "wss",
            });
            JsonNode verdict = await client.RunAsync(
                scenario,
                $"{scheme}://127.0.0.1:{broker.Port}/mqtt",
                version,
                !secure ? [] : [("CA_FILE", roots), ("CERT_FILE", certificatePath), ("KEY_FILE", keyPath)]);
            Scenarios.AssertVerdict(scenario, version, verdict);
            Assert.Equal(0, broker.Counters.HandshakesFailed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>With the given port alone, or a plain one.</summary>
    private static Task<EmbeddedBroker> BrokerAsync(BrokerListenerOptions? only = null) => Clients.BrokerAsync(new EmbeddedBrokerOptions
    {
        Port = only is null ? 0 : null,
        Listeners = only is null ? [] : [only],
        MaxPacketSize = 2 << 20,
        TopicAliasMaximum = 64,
    });
}
