using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.Worker.Tests;

/// <summary>
/// A published alert as a subscriber reads it that knows CloudEvents 1.0 and its MQTT binding (1.0.2, binary mode), and nothing of this
/// software; and as one that speaks MQTT 3.1.1 and gets the payload alone.
/// </summary>
[Collection("running")]
public sealed partial class CloudEventsTests
{
    /// <summary>Attributes of the core specification; all others are extensions.</summary>
    private static readonly string[] Core = ["id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time"];

    [Theory]
    [InlineData("ward")]
    [InlineData("ward 7 ü%")]
    public async Task Alert_ByTheBinding_IsAnEvent(string group)
    {
        Received received = (await AlertsAsync(group, MqttVersionChoice.V5))[0];

        // Binary mode: a content type that is not one of the event formats.
        Assert.False(received.ContentType!.StartsWith("application/cloudevents", StringComparison.Ordinal));
        Dictionary<string, string> attributes = new(received.UserProperties);
        Assert.Equal(received.UserProperties.Count, attributes.Count);
        Assert.All(attributes, a => Assert.Matches(AttributeName(), a.Key));
        Assert.All(attributes.Values, v => Assert.False(string.IsNullOrWhiteSpace(v) || v.Any(char.IsControl)));
        Assert.Equal("1.0", attributes["specversion"]);
        Assert.Equal("anyecg.alert.start", attributes["type"]);
        Assert.True(Uri.TryCreate(attributes["source"], UriKind.Relative, out Uri? source) && Uri.IsWellFormedUriString(source.OriginalString, UriKind.Relative));
        Assert.Equal($"/anyecg/v1/{group}", Uri.UnescapeDataString(attributes["source"]));
        Assert.True(DateTimeOffset.TryParseExact(
            attributes["time"], "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));

        // Content Type is datacontenttype; where it is said twice it must be the same.
        Assert.Equal(received.ContentType, attributes["datacontenttype"]);
        Assert.Equal(["publishedat", "workerlagms"], attributes.Keys.Except(Core).Order(StringComparer.Ordinal));
        using JsonDocument data = JsonDocument.Parse(received.Payload);
        Assert.Equal("bed-1", attributes["subject"]);
        Assert.Equal("bed-1", data.RootElement.GetProperty("stream").GetString());
    }

    [Fact]
    public async Task Alerts_SourceAndId_NameEachEventOnce()
    {
        List<Received> received = await AlertsAsync("ward", MqttVersionChoice.V5);
        string[] names = [.. received.Select(r => new Dictionary<string, string>(r.UserProperties)).Select(a => $"{a["source"]} {a["id"]}")];
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task Alert_OverMqtt311_ThePayloadSaysItAll()
    {
        List<Received> old = await AlertsAsync("ward", MqttVersionChoice.V311);

        Assert.All(old, message =>
        {
            Assert.Empty(message.UserProperties);
            Assert.Null(message.ContentType);
            Assert.NotNull(Protocol.AlertReading.TryParse(message.Payload));
        });
        using JsonDocument data = JsonDocument.Parse(old[0].Payload);
        JsonElement root = data.RootElement;

        // What the attributes say of the alert: id, source, subject, type, time.
        Assert.True(root.GetProperty("alertId").TryGetGuid(out _));
        Assert.Equal(1, root.GetProperty("revision").GetInt32());
        Assert.Equal(("ward", "bed-1", "start"), (Text(root, "group"), Text(root, "stream"), Text(root, "phase")));
        Assert.True(root.GetProperty("condition").GetProperty("onset").TryGetDateTimeOffset(out _));
    }

    [GeneratedRegex("^[a-z0-9]{1,20}$")]
    private static partial Regex AttributeName();

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();

    /// <summary>The start and the end of the patient's mark, as a subscriber of a version gets them.</summary>
    private static async Task<List<Received>> AlertsAsync(string group, MqttVersionChoice version)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(broker.Port, "backend");
        options.ProtocolVersion = version;
        await using MqttConnection backend = await Clients.ConnectAsync(options, receiver);
        await backend.SubscribeAsync("anyecg/v1/+/+/alert", MqttQos.AtMostOnce);
        await using RunningWorker worker = await RunningWorker.ReadyAsync(broker.Port);
        await using Device device = await Device.ConnectAsync(broker.Port, group: group);
        await device.DescribeAsync();
        await device.SendAsync(2);
        await device.MarkAsync();
        return await receiver.TakeAsync(2);
    }
}
