using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Signal;
using AnyEcg.Tool;
using AnyEcg.Worker.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>Invariant 10: a recording through MQTT gives the alerts that it gives as a file.</summary>
[Collection(WholeSystem.Name)]
public sealed class LiveEqualsFileTests
{
    [Theory]
    [InlineData("vf_cu01")]
    [InlineData("af_219")]
    [InlineData("leadoff_100")]
    public async Task Recording_ThroughMqtt_GivesTheAlertsOfTheFile(string name)
    {
        ResultCollector file = new();
        using (IModelRunner model = Released.Create())
        {
            new RecordRunner(model, AlertSettings.Default).Run(Released.Recording(name), file, null, CancellationToken.None);
        }

        List<AlertFacts> live = await LiveAsync(name);

        Assert.NotEmpty(live);
        Assert.Equal(file.Transitions.Select(AlertFacts.Of), live);
    }

    private static async Task<List<AlertFacts>> LiveAsync(string name)
    {
        StreamKey key = new("file", name);
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver backend = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "backend", backend);
        await subscriber.SubscribeAsync("anyecg/v1/+/+/alert", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port, Released.Create);
        await using MqttConnection device = await Clients.ConnectAsync(broker.Port, "device");
        await Player.PlayAsync(device, key, Released.Recording(name));

        await Budget.UntilAsync(() => worker.Engine.Snapshot() is { StreamsKnown: 0, SecondsObserved: > 0 });
        EngineSnapshot end = worker.Engine.Snapshot();
        List<AlertFacts> alerts = [];
        foreach (Received message in await backend.TakeAsync((int)end.AlertTransitions))
        {
            alerts.Add(AlertFacts.Of(message));
        }

        Assert.Equal(0, backend.Count);
        Assert.Equal(end.AlertsLatched, broker.RetainedCount - RetainedByTheWorker);
        return alerts;
    }

    /// <summary>Its status and the stream's rhythm; of the alerts only those that are latched keep a topic.</summary>
    private const int RetainedByTheWorker = 2;
}
