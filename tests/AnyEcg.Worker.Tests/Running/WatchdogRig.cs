using System.Diagnostics.Metrics;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker.Tests;

/// <summary>A real engine on its thread, and the watchdog over it, on a clock that moves when the test says so.</summary>
internal sealed class WatchdogRig : IAsyncDisposable
{
    private readonly EngineThread thread;
    private readonly EngineWatchdog watchdog;
    private readonly TestMeters meters = new();
    private long next;

    public WatchdogRig(AlertSettings? alerts = null, int outboxCapacity = 64)
    {
        Outbox = new Outbox(outboxCapacity);
        AckDesk acks = new(64, new QueueShare(64));
        StoreHost store = new(Time);
        EngineOutput output = new(Outbox, new StreamBoard(16), acks, new EngineDoor(acks), new AlertContexts("model-1"), store);
        Engine = new StreamEngine(Runner, new EngineOptions { MaxBatchDelay = TimeSpan.Zero }, AlertSettings.Default, output, Time);
        thread = new EngineThread(Engine, output, null!, NullLogger<EngineThread>.Instance);
        Progress = new EngineProgress(Engine, thread, Outbox, store, Time);
        WorkerSettings settings = new(
            Options.Create(new WorkerOptions()), Options.Create(new BrokerOptions()), Options.Create(new IngestOptions()),
            Options.Create(new EngineHostOptions()), Options.Create(new StoreSettings()), Time);
        WorkerAlertVoice voice = new(Connection, settings, alerts ?? AlertSettings.Default, NullLogger<WorkerAlertVoice>.Instance);
        watchdog = new EngineWatchdog(Progress, voice, settings, meters, NullLogger<EngineWatchdog>.Instance);
    }

    public static StreamKey Key { get; } = new("ward", "bed-1");

    public FakeTime Time { get; } = new();

    public GatedRunner Runner { get; } = new();

    public Outbox Outbox { get; }

    public StreamEngine Engine { get; }

    public EngineProgress Progress { get; }

    public FakeConnection Connection { get; } = new();

    /// <summary>What a subscriber to alert events was sent.</summary>
    public List<AlertReading> Told => [.. Connection.Published.Where(m => !m.Retain).Select(m => AlertReading.TryParse(m.Payload)!)];

    public async Task StartAsync()
    {
        thread.Start();
        await watchdog.StartAsync(Budget.Token);
        await Budget.UntilAsync(() => thread.IsRunning);
        Assert.True(Engine.TrySubmit(EngineInput.OfFormat(
            Key, new StreamFormat { SampleRateHz = Wire.Rate, Leads = new LeadSet(Lead.II), MicrovoltsPerLsb = [1], Baseline = [0] })));
    }

    /// <summary>Frames, a second each, until a step hangs at the closed gate.</summary>
    public async Task HangAsync()
    {
        Runner.Gate.Reset();
        await Budget.UntilAsync(() =>
        {
            Send();
            return Runner.Hangs;
        });
    }

    public void Send()
    {
        EcgFrame frame = new() { Epoch = 1, FirstSample = next, ReceivedNs = Time.NowNs() };
        frame.Resize(1, Wire.Rate);
        for (int i = 0; i < Wire.Rate; i++)
        {
            // Samples that never change would be a lead that is off, and no step for the network.
            frame.Samples[i] = (i + next) % 97;
        }

        next += Wire.Rate;
        Assert.True(Engine.TrySubmit(EngineInput.OfFrame(Key, frame)));
    }

    /// <summary>Lets the clock run second by second, and the engine take its turn in each if it can.</summary>
    public async Task RunAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            _ = Engine.TrySubmit(EngineInput.OfClose(new StreamKey("ward", "nobody")));
            await Budget.UntilAsync(() => Engine.SinceLastTurn() < TimeSpan.FromSeconds(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await watchdog.StopAsync(Budget.Token);
        Runner.Gate.Set();
        Task stopped = thread.StopAsync(Budget.Token);

        // An engine that waits for room gets it.
        await Budget.UntilAsync(() => !Outbox.TryTake(out _) && stopped.IsCompleted);
        thread.Dispose();
        watchdog.Dispose();
        Engine.Dispose();
        Runner.Dispose();
        Outbox.Dispose();
        meters.Dispose();
    }
}
