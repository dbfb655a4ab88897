using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>What the probes share: the broker, a random prefix, and the list of what is to be cleaned up.</summary>
internal sealed class ProbeContext(ProbeOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, bool> clientIds = new(), retained = new();

    public ProbeOptions Options => options;

    public TimeProvider Time => time;

    /// <summary>Of all client ids and topics: nobody else uses it.</summary>
    public string Prefix { get; } = $"anyecg-probe-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    /// <summary>The version that the probes speak.</summary>
    public MqttVersionChoice Version { get; set; } = MqttVersionChoice.V5;

    public bool IsV5 => Version == MqttVersionChoice.V5;

    public BrokerKind Kind { get; set; }

    public string Topic(string name) => $"{Prefix}/{name}";

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    /// <summary>A client with a session of its own that ends with the connection, unless <paramref name="configure"/> says otherwise.</summary>
    public async Task<ProbeClient> ConnectAsync(string name, Action<MqttClientOptions>? configure, CancellationToken cancel, bool holds = false)
    {
        MqttClientOptions settings = new()
        {
            UserName = options.UserName,
            Password = options.Password,
            Certificates = options.Certificates,
            ClientId = $"{Prefix}-{name}",
            ProtocolVersion = Version,
            CleanStart = true,
            SessionExpiry = TimeSpan.Zero,
            MaximumPacketSize = 1 << 25,
            MaxPendingPublishes = 65_536,
        };
        options.Url.ApplyTo(settings);
        configure?.Invoke(settings);
        if (!settings.CleanStart || settings.SessionExpiry > TimeSpan.Zero)
        {
            clientIds[name] = true;
        }

        // From the first message on: a backlog comes with the connection.
        ProbeClient client = new(settings, time) { Holds = holds };
        try
        {
            await client.StartAsync(cancel);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>The client whose session outlives its connection.</summary>
    public Task<ProbeClient> ConnectPersistentAsync(
        string name, bool clean, CancellationToken cancel, Action<MqttClientOptions>? configure = null, bool holds = false) =>
        ConnectAsync(
            name,
            settings =>
            {
                settings.CleanStart = clean;
                settings.SessionExpiry = TimeSpan.FromMinutes(10);
                configure?.Invoke(settings);
            },
            cancel,
            holds);

    /// <summary>A message whose payload is a number, in at least so many bytes.</summary>
    public MqttMessage Numbered(string topic, int number, int bytes = 0, bool retain = false, TimeSpan? expiry = null)
    {
        if (retain)
        {
            retained[topic] = true;
        }

        return new MqttMessage
        {
            Topic = topic,
            Payload = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadRight(bytes)),
            Qos = MqttQos.AtLeastOnce,
            Retain = retain,
            MessageExpiry = IsV5 ? expiry : null,
        };
    }

    /// <summary>Clears the retained messages and ends the sessions that the probes have left, as far as the broker lets us.</summary>
    public async Task CleanAsync(CancellationToken cancel)
    {
        foreach (string topic in retained.Keys)
        {
            MqttMessage clearing = new() { Topic = topic, Qos = MqttQos.AtLeastOnce, Retain = true };
            await TryAsync("cleaner", client => client.PublishAsync(clearing, cancel), cancel);
        }

        foreach (string name in clientIds.Keys)
        {
            await TryAsync(name, _ => ValueTask.CompletedTask, cancel);
        }
    }

    /// <summary>With a clean start and no expiry the session of the name is gone; what cannot be ended ends itself after ten minutes.</summary>
    private async Task TryAsync(string name, Func<ProbeClient, ValueTask> act, CancellationToken cancel)
    {
        try
        {
            await using ProbeClient client = await ConnectAsync(name, null, cancel);
            await act(client);
            await client.LeaveAsync(keepSession: false, cancel);
        }
        catch (MqttException)
        {
            // Refused: then the broker has nothing of ours to clear there either.
        }
    }
}
