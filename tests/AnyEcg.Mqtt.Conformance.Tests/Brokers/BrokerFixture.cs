using System.Collections.Concurrent;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The brokers, each started when first needed, and the scenarios, each recorded once for a broker and version.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<BrokerKind, Lazy<Task<(int Port, IAsyncDisposable Server)>>> servers = new();
    private readonly ConcurrentDictionary<(string Scenario, BrokerKind Broker, MqttVersion Version), Lazy<Task<Tape>>> tapes = new();

    /// <summary>RabbitMQ takes longest: it starts while other tests run.</summary>
    public Task InitializeAsync()
    {
        if (RabbitServer.IsInstalled)
            _ = ServerAsync(BrokerKind.RabbitMq);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (Lazy<Task<(int Port, IAsyncDisposable Server)>> server in servers.Values)
            await (await server.Value).Server.DisposeAsync();
    }

    /// <summary>The port of a running broker.</summary>
    internal async Task<int> PortAsync(BrokerKind broker) => (await ServerAsync(broker)).Port;

    internal Task<Tape> TourAsync(BrokerKind broker, MqttVersion version = MqttVersion.V5) =>
        TapeAsync("tour", broker, version, TourScenario.RecordAsync);

    internal Task<Tape> ResumeAsync(BrokerKind broker, MqttVersion version = MqttVersion.V5) =>
        TapeAsync("resume", broker, version, ResumeScenario.RecordAsync);

    private Task<Tape> TapeAsync(string name, BrokerKind broker, MqttVersion version, Func<ScenarioSettings, Task<Tape>> record) =>
        tapes.GetOrAdd((name, broker, version), _ => new Lazy<Task<Tape>>(async () =>
            await record(new ScenarioSettings(await PortAsync(broker), broker, version)))).Value;

    private Task<(int Port, IAsyncDisposable Server)> ServerAsync(BrokerKind broker) =>
        servers.GetOrAdd(broker, _ => new Lazy<Task<(int, IAsyncDisposable)>>(() => StartAsync(broker))).Value;

    private static async Task<(int Port, IAsyncDisposable Server)> StartAsync(BrokerKind broker)
    {
        switch (broker)
        {
            case BrokerKind.Scripted:
                ScriptedBroker scripted = new();
                return (scripted.Port, scripted);
            case BrokerKind.Embedded:
                EmbeddedBroker embedded = await Clients.BrokerAsync();
                return (embedded.Port, embedded);
            case BrokerKind.Mosquitto:
                MosquittoServer mosquitto = await MosquittoServer.StartAsync(["allow_anonymous true"], Budget.Token);
                return (mosquitto.Port, mosquitto);
            case BrokerKind.Aedes:
                return await AedesServer.StartAsync();
            default:
                return await RabbitServer.StartAsync();
        }
    }
}

/// <summary>One scenario's broker and protocol version.</summary>
internal sealed record ScenarioSettings(int BrokerPort, BrokerKind Broker, MqttVersion Version)
{
    /// <summary>RabbitMQ 3.10 answers a QoS 2 publish with PUBACK, so it is not asked for QoS 2.</summary>
    public bool HasQos2 => Broker != BrokerKind.RabbitMq;

    public bool IsV5 => Version == MqttVersion.V5;

    public MqttClientOptions Options(int port, string clientId)
    {
        MqttClientOptions options = Clients.Options(port, clientId);
        options.ProtocolVersion = IsV5 ? MqttVersionChoice.V5 : MqttVersionChoice.V311;
        return options;
    }
}

/// <summary>All tests that share the brokers, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrokerCollection : ICollectionFixture<BrokerFixture>
{
    public const string Name = "brokers";
}
