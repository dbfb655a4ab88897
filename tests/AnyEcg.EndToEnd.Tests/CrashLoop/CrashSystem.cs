using System.Globalization;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Conformance.Tests;
using AnyEcg.Mqtt.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// Everything around the worker that outlives it: a mosquitto as this repository ships it, devices, a backend with a session that the
/// broker keeps, and the folder of the store.
/// </summary>
internal sealed class CrashSystem : IAsyncDisposable
{
    private const int Connections = 5, Window = 500;

    private readonly List<MqttConnection> devices = [];
    private readonly List<WorkerProcess> lives = [];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-crash");
    private readonly CrashWard ward;
    private readonly MosquittoServer broker;
    private MqttConnection? subscriber;

    private CrashSystem(CrashWard ward, MosquittoServer broker) => (this.ward, this.broker) = (ward, broker);

    public AlertLog Backend { get; } = new();

    public string Database => Path.Combine(folder.FullName, "anyecg.db");

    /// <summary>The configuration of deploy/mosquitto, on a port and in a folder of its own.</summary>
    public static IEnumerable<string> Shipped(string folder) =>
    [
        .. File.ReadLines(RepositoryRoot.File("deploy", "mosquitto", "mosquitto.conf"))
            .Where(line => line.Length > 0 && line[0] != '#' && !line.StartsWith("listener", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("persistence_location", StringComparison.Ordinal)),
        $"persistence_location {folder}/",
    ];

    public static async Task<CrashSystem> StartAsync(CrashWard ward)
    {
        CrashSystem system = new(ward, await MosquittoServer.StartAsync(Shipped, Budget.Token));
        MqttClientOptions backend = Clients.Options(system.broker.Port, "backend");
        backend.CleanStart = true;
        system.subscriber = Clients.Make(backend, system.Backend);
        system.Backend.Connection = system.subscriber;
        await system.subscriber.StartAsync(Budget.Token);
        await system.subscriber.SubscribeAsync($"anyecg/v1/{CrashWard.Group}/+/alert");
        for (int i = 0; i < Connections; i++)
            system.devices.Add(await Clients.ConnectAsync(system.broker.Port, string.Create(CultureInfo.InvariantCulture, $"devices-{i}")));
        return system;
    }

    /// <summary>A life of the worker begins.</summary>
    public WorkerProcess Start(string? crashPoint = null, string? database = null)
    {
        WorkerProcess worker = WorkerProcess.Start(broker.Port, database ?? Database, crashPoint);
        lives.Add(worker);
        return worker;
    }

    /// <summary>A life only to open the worker's session at the broker: what devices send from then on waits for it.</summary>
    public async Task FirstLifeAsync()
    {
        await using WorkerProcess worker = Start();
        await worker.ReadyAsync();
        await worker.KillAsync();
    }

    /// <summary>Publishes in order, each stream on one connection; returns when the broker has all of it.</summary>
    /// <param name="messages">In order of time.</param>
    /// <param name="speed">Seconds of stream time in one of ours.</param>
    public async Task SendAsync(IEnumerable<WardMessage> messages, double speed = double.PositiveInfinity)
    {
        long start = TimeProvider.System.GetTimestamp();
        double? first = null;
        Queue<Task> window = new();
        foreach (WardMessage message in messages)
        {
            first ??= message.AtSeconds;
            TimeSpan wait = TimeSpan.FromSeconds((message.AtSeconds - first.Value) / speed) - TimeProvider.System.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, TimeProvider.System);
            window.Enqueue(devices[message.Stream % Connections].PublishAsync(message.Message, CancellationToken.None).AsTask());
            if (window.Count > Window)
                await window.Dequeue();
        }

        await Task.WhenAll(window).WaitAsync(WorkerProcess.Patience, TimeProvider.System);
    }

    /// <summary>The last life: the streams close, everything is judged, stored and published, the worker drains and ends.</summary>
    public async Task<CrashOutcome> FinishAsync(WorkerProcess worker, string? database = null)
    {
        await worker.ReadyAsync();
        await SendAsync(ward.Goodbyes);
        using StoredLog stored = new(database ?? Database, ward);
        await UntilAsync(stored.AllClosed, worker);
        await worker.TerminateAsync();
        Assert.True(worker.ExitCode == 0, worker.Output);
        IReadOnlyDictionary<(string Id, int Revision), LoggedTransition> log = stored.Transitions();
        await UntilAsync(() => Backend.Count >= log.Count, worker);
        return new CrashOutcome
        {
            Stored = log,
            Published = Backend.Transitions,
            Contradictions = Backend.Contradictions,
            Repeats = Backend.Repeats,
            MissingFrames = stored.MissingFrames(),
            Unsent = stored.Unsent(),
            FramesSent = ward.Messages.Count(m => m.IsFrame),
            FramesStored = stored.Frames,
            Open = stored.Open(),
            Retained = await RetainedAsync(),
            Replayed = lives.Sum(life => (long)life.InputsReplayed),
            Errors = [.. lives.SelectMany(life => life.Errors)],
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MqttConnection device in devices)
            await device.DisposeAsync();
        if (subscriber is not null)
            await subscriber.DisposeAsync();
        await broker.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>The alerts whose state the broker keeps, as it would tell a backend that comes now.</summary>
    private async Task<IReadOnlyDictionary<string, string>> RetainedAsync()
    {
        RecordingReceiver receiver = new();
        await using MqttConnection late = await Clients.ConnectAsync(broker.Port, "late-backend", receiver);
        await late.SubscribeAsync($"anyecg/v1/{CrashWard.Group}/+/alert/+", MqttQos.AtMostOnce);

        // What is retained comes before what is published after the subscription.
        const string end = $"anyecg/v1/{CrashWard.Group}/none/alert/end";
        await late.PublishAsync(end, "", MqttQos.AtMostOnce);
        Dictionary<string, string> retained = [];
        for (Received message = await receiver.NextAsync(); message.Topic != end; message = await receiver.NextAsync())
            retained.Add(message.Topic[(message.Topic.LastIndexOf('/') + 1)..], message.Text);
        return retained;
    }

    private static async Task UntilAsync(Func<bool> condition, WorkerProcess worker)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > WorkerProcess.Patience)
                throw new TimeoutException($"It does not come to its end:\n{worker.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
