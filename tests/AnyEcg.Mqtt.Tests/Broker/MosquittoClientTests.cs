using System.Diagnostics;
using System.Globalization;

namespace AnyEcg.Mqtt.Tests;

/// <summary>The mosquitto command-line clients against the embedded broker.</summary>
public sealed class MosquittoClientTests
{
    [MosquittoFact]
    public async Task Publish_FromMosquitto_ArrivesWithItsProperties()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "s", receiver);
        await subscriber.SubscribeAsync("ecg/#");
        string output = await RunAsync(
            "mosquitto_pub", broker.Port, "-t", "ecg/1/meta", "-m", "{}", "-q", "1", "-r",
            "-D", "publish", "content-type", "application/json",
            "-D", "publish", "user-property", "k", "v",
            "-D", "publish", "payload-format-indicator", "1");
        Assert.Equal("", output);
        Received got = await receiver.NextAsync();
        Assert.Equal(("ecg/1/meta", "{}", "application/json", true), (got.Topic, got.Text, got.ContentType, got.PayloadIsUtf8));
        Assert.Equal([new("k", "v")], got.UserProperties);
        Assert.Equal(1, broker.RetainedCount);
    }

    [MosquittoFact]
    public async Task Subscribe_ByMosquitto_PrintsWhatIsPublished()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await publisher.PublishAsync("anyecg/v1/ward/7/rhythm", "sinus", MqttQos.AtLeastOnce, retain: true);
        Task<string> subscribing = RunAsync(
            "mosquitto_sub", broker.Port, "-t", "anyecg/v1/#", "-q", "1", "-C", "3", "-F", "%t %q %r %C %p");
        await Budget.UntilAsync(() => broker.Counters.DeliveriesSent == 1);
        await publisher.PublishAsync(Clients.Text("anyecg/v1/ward/7/alert", "af") with { ContentType = "text/plain" }, Budget.Token);
        await publisher.PublishAsync("anyecg/v1/ward/8/alert", "vt", MqttQos.AtMostOnce);
        string[] lines = (await subscribing).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["anyecg/v1/ward/7/rhythm 1 1  sinus", "anyecg/v1/ward/7/alert 1 0 text/plain af", "anyecg/v1/ward/8/alert 0 0  vt"],
            lines);
    }

    [MosquittoTheory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Publish_Version311FromMosquitto_Arrives(string qos)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        RecordingReceiver receiver = new();
        await using MqttConnection subscriber = await Clients.ConnectAsync(broker.Port, "s", receiver);
        await subscriber.SubscribeAsync("t");
        Assert.Equal("", await RunAsync("mosquitto_pub", broker.Port, "-V", "mqttv311", "-t", "t", "-m", "old", "-q", qos));
        Assert.Equal("old", (await receiver.NextAsync()).Text);
    }

    [MosquittoFact]
    public async Task Connect_Version31FromMosquitto_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        string output = await RunAsync("mosquitto_pub", broker.Port, "-V", "mqttv31", "-t", "t", "-m", "x");
        Assert.Contains("unacceptable protocol version", output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, broker.Counters.ConnectionsAccepted);
        Assert.Equal(1, broker.Counters.ProtocolErrors);
    }

    private static async Task<string> RunAsync(string program, int port, params string[] arguments)
    {
        ProcessStartInfo info = new(MosquittoServer.Find(program)!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] version = arguments.Contains("-V") ? [] : ["-V", "mqttv5"];
        foreach (string argument in (string[])["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), .. version, .. arguments])
            info.ArgumentList.Add(argument);
        using Process process = Process.Start(info)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(Budget.Token);
            string output = await process.StandardOutput.ReadToEndAsync(Budget.Token);
            return output + await errors;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
