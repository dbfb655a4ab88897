using System.Text.Json;
using System.Text.RegularExpressions;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>The shipped rules fire when they should, and rules and dashboard name metrics that there are.</summary>
[Collection("running")]
public sealed partial class PrometheusRulesTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "deploy", "prometheus", "rules.yml");

    /// <summary>Instruments that have no series before something has happened, or the first certificate is there.</summary>
    private static readonly string[] NotAtOnce =
    [
        "anyecg_alert_latency_seconds_bucket", "anyecg_alerts_published_total", "anyecg_canary_latency_seconds_bucket", "anyecg_mqtt_client_certificate_end_seconds",
    ];

    [PromtoolFact]
    public async Task Rules_AreValid()
    {
        (int exit, string output) = await Promtool.RunAsync("check", "rules", Rules);
        Assert.True(exit == 0, output);
    }

    [PromtoolFact]
    public async Task Rules_FireWhenTheyShould()
    {
        (int exit, string output) = await Promtool.RunAsync("test", "rules", Path.Combine(Repository.Root, "deploy", "prometheus", "rules_test.yml"));
        Assert.True(exit == 0, output);
    }

    [Fact]
    public async Task Metrics_OfRulesAndDashboard_AreThoseOfAWorker()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port, TestModel.Create, "--Canary:Enabled", "true");
        string metrics = await worker.TextAsync("/metrics");

        string[] named = [.. Metric().Matches(await File.ReadAllTextAsync(Rules) + Expressions()).Select(m => m.Value).Distinct().Except(NotAtOnce)];

        Assert.True(named.Length > 20);
        Assert.All(named, name => Assert.Matches($"(?m)^{name}[ {{]", metrics));
    }

    private static string Expressions()
    {
        using JsonDocument board = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "grafana", "anyecg.json")));
        return string.Join('\n', board.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()));
    }

    [GeneratedRegex("anyecg_[a-z_]+")]
    private static partial Regex Metric();
}
