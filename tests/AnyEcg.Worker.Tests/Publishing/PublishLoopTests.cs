using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using AnyEcg.Alerts;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AnyEcg.Worker.Tests;

public sealed class PublishLoopTests : IDisposable
{
    private const string Topic = "anyecg/v1/ward/bed-1/alert";

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Outbox outbox = new(1000);
    private readonly FakeConnection connection = new();
    private readonly ManualClock clock = new();
    private readonly PrometheusExporter exporter;
    private readonly PublishLoop loop;

    public PublishLoopTests()
    {
        IMeterFactory factory = services.GetRequiredService<IMeterFactory>();
        exporter = new PrometheusExporter(factory, "AnyEcg");
        loop = new PublishLoop(outbox, connection, new PublishMetrics(factory), clock, NullLogger<PublishLoop>.Instance);
    }

    [Fact]
    public async Task Start_IsPublishedAsAnEventAndAsRetainedState()
    {
        await RunAsync(Transitions.Alert());

        MqttMessage transition = connection.Published[0], state = connection.Published[1];
        Assert.Equal((Topic, false, MqttQos.AtLeastOnce), (transition.Topic, transition.Retain, transition.Qos));
        Assert.Equal((Topic + "/00000001-0000-0000-0000-000000000000", true, MqttQos.AtLeastOnce), (state.Topic, state.Retain, state.Qos));
        Assert.Equal(transition.Payload.ToArray(), state.Payload.ToArray());
        Assert.Equal("asystole", Json(transition).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Event_CarriesTheCloudEventsAttributes()
    {
        await RunAsync(Transitions.Alert());

        Dictionary<string, string> attributes = connection.Published[0].UserProperties.ToDictionary();
        Assert.Equal("1.0", attributes["specversion"]);
        Assert.Equal("00000001-0000-0000-0000-000000000000:1", attributes["id"]);
        Assert.Equal("/anyecg/v1/ward", attributes["source"]);
        Assert.Equal("bed-1", attributes["subject"]);
        Assert.Equal("anyecg.alert.start", attributes["type"]);
        Assert.Equal("application/json", attributes["datacontenttype"]);
    }

    [Fact]
    public async Task End_ClearsTheRetainedState()
    {
        await RunAsync(Transitions.Alert(), Transitions.Alert(AlertPhase.End));

        MqttMessage last = connection.Published[^1];
        Assert.True(last.Retain && last.Payload.IsEmpty);
        Assert.False(connection.Published[^2].Payload.IsEmpty);
    }

    [Fact]
    public async Task EndWhileLatched_KeepsTheRetainedStateUntilAcknowledged()
    {
        AlertTransition latched = Transitions.Alert(AlertPhase.End) with { Signal = AlertSignal.Latched };
        await RunAsync(latched, latched with { Revision = 3, Phase = AlertPhase.Update, Signal = AlertSignal.Off });

        MqttMessage[] states = [.. connection.Published.Where(m => m.Retain)];
        Assert.Equal([false, true], states.Select(m => m.Payload.IsEmpty));
    }

    [Fact]
    public async Task Rhythm_IsRetainedAndExpires()
    {
        outbox.Add(Transitions.Rhythm());
        await RunAsync();

        MqttMessage rhythm = Assert.Single(connection.Published);
        Assert.Equal("anyecg/v1/ward/bed-1/rhythm", rhythm.Topic);
        Assert.True(rhythm.Retain);
        Assert.NotNull(rhythm.MessageExpiry);
        Assert.Equal("sinus", Json(rhythm).GetProperty("rhythm").GetString());
    }

    [Fact]
    public async Task Alert_OfADescribedStream_NamesItsLeadsAndTheModel()
    {
        await RunAsync(Transitions.Alert());

        JsonElement evidence = Json(connection.Published[0]).GetProperty("evidence");
        Assert.Equal("II", evidence.GetProperty("leads")[0].GetProperty("name").GetString());
        Assert.Equal("model-1", evidence.GetProperty("modelId").GetString());
    }

    [Fact]
    public async Task Alerts_KeepTheirOrder()
    {
        AlertTransition[] alerts = [.. Enumerable.Range(1, 600).Select(n => Transitions.Alert(number: n))];
        await RunAsync(alerts);
        Assert.Equal(
            alerts.Select(a => a.AlertId.ToString()),
            connection.Published.Where(m => m.Topic == Topic).Select(m => Json(m).GetProperty("alertId").GetString()));
    }

    [Fact]
    public async Task Refused_IsCountedAndTheRestGoesOn()
    {
        connection.Refuses = topic => topic == Topic;
        await RunAsync(Transitions.Alert(), Transitions.Alert(number: 2));

        string metrics = exporter.Render();
        Assert.Contains("anyecg_messages_refused_total{what=\"alert\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("anyecg_messages_published_total 2\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("anyecg_alerts_published_total", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_IsCountedByKindPriorityAndPhase()
    {
        await RunAsync(Transitions.Alert());
        Assert.Contains(
            "anyecg_alerts_published_total{kind=\"asystole\",priority=\"high\",phase=\"start\"} 1\n", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unconfirmed_IsKnownUntilTheBrokerAnswers()
    {
        TaskCompletionSource gate = new();
        connection.Gate = gate.Task;
        outbox.Add(Transitions.Alert());
        outbox.Complete();
        Task running = loop.RunAsync(Budget.Token);
        await Budget.UntilAsync(() => loop.Unconfirmed == 2);
        Assert.False(running.IsCompleted);

        gate.SetResult();
        await running.WaitAsync(Budget.Token);
        Assert.Equal(0, loop.Unconfirmed);
    }

    public void Dispose()
    {
        exporter.Dispose();
        outbox.Dispose();
        services.Dispose();
    }

    private static JsonElement Json(MqttMessage message) =>
        JsonDocument.Parse(Encoding.UTF8.GetString(message.Payload.Span)).RootElement;

    private async Task RunAsync(params AlertTransition[] alerts)
    {
        foreach (AlertTransition alert in alerts)
        {
            outbox.Add(alert);
        }

        outbox.Complete();
        await loop.RunAsync(Budget.Token);
    }
}
