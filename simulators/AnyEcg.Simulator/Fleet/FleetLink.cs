using AnyEcg.Mqtt;

namespace AnyEcg.Simulator;

/// <summary>One connection and the devices behind it. It comes back by itself; the devices are told when it did.</summary>
internal sealed class FleetLink
{
    private readonly IMqttConnection connection;
    private FleetDevice[] devices = [];

    public FleetLink(IMqttConnection connection)
    {
        this.connection = connection;
        connection.StateChanged += OnStateChanged;
    }

    public IMqttConnection Connection => connection;

    public bool IsConnected => connection.State == MqttConnectionState.Connected;

    /// <summary>Before the first connect.</summary>
    public void Serve(IEnumerable<FleetDevice> ownDevices) => devices = [.. ownDevices];

    /// <summary>Nobody cancels a publish: what the client has taken stays with it, across reconnects, until the run ends.</summary>
    public ValueTask PublishAsync(DeviceMessage message, MqttQos qos) => connection.PublishAsync(ToMqtt(message, qos), CancellationToken.None);

    public static MqttMessage ToMqtt(DeviceMessage message, MqttQos qos) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload,
        Qos = qos,
        Retain = message.Retain,
        ContentType = message.ContentType,
    };

    private void OnStateChanged(MqttConnectionChange change)
    {
        if (change.State != MqttConnectionState.Connected)
            return;
        foreach (FleetDevice device in devices)
            device.OnConnected();
    }
}
