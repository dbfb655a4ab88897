namespace AnyEcg.Mqtt.Tests;

public sealed class MqttBrokerUrlTests
{
    [Theory]
    [InlineData("mqtt://broker", "mqtt://broker:1883")]
    [InlineData("mqtts://broker.example", "mqtts://broker.example:8883")]
    [InlineData("mqtts://broker.example:443/", "mqtts://broker.example:443")]
    [InlineData("ws://127.0.0.1", "ws://127.0.0.1:80/mqtt")]
    [InlineData("ws://127.0.0.1/", "ws://127.0.0.1:80/")]
    [InlineData("wss://broker/a/b?tenant=1", "wss://broker:443/a/b?tenant=1")]
    [InlineData("mqtt://[::1]:1884", "mqtt://[::1]:1884")]
    [InlineData("MQTTS://Broker", "mqtts://broker:8883")]
    public void TryParse_AnyGoodUrl_FillsInWhatIsUsual(string text, string full)
    {
        Assert.Null(MqttBrokerUrl.TryParse(text, out MqttBrokerUrl? url));
        Assert.Equal(full, url!.ToString());
        Assert.Null(MqttBrokerUrl.TryParse(full, out MqttBrokerUrl? again));
        Assert.Equal(url, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("broker:1883")]
    [InlineData("http://broker")]
    [InlineData("mqtt:///")]
    [InlineData("mqtt://broker/path")]
    [InlineData("mqtt://broker:99999")]
    [InlineData("wss://broker/mqtt#top")]
    [InlineData("mqtt://user:hunter2@broker")]
    public void TryParse_AnythingElse_IsRefusedWithoutRepeatingIt(string text)
    {
        string? fault = MqttBrokerUrl.TryParse(text, out MqttBrokerUrl? url);
        Assert.NotNull(fault);
        Assert.Null(url);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt://127.0.0.1", true)]
    [InlineData("mqtt://127.8.9.10", true)]
    [InlineData("ws://localhost", true)]
    [InlineData("mqtt://[::1]", true)]
    [InlineData("mqtt://0.0.0.0", false)]
    [InlineData("mqtt://192.168.1.1", false)]
    [InlineData("mqtt://localhost.example", false)]
    public void IsLoopback_TellsThisMachineFromOthers(string text, bool loopback)
    {
        Assert.Null(MqttBrokerUrl.TryParse(text, out MqttBrokerUrl? url));
        Assert.Equal(loopback, url!.IsLoopback);
    }

    [Fact]
    public void ApplyTo_ThenOf_IsTheSame()
    {
        MqttBrokerUrl url = new("broker.example", 443, true, "/mqtt");
        MqttClientOptions options = new();
        url.ApplyTo(options);
        Assert.Equal(url, MqttBrokerUrl.Of(options));
    }
}
