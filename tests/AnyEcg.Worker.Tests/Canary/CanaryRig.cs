using System.Diagnostics.Metrics;
using AnyEcg.Mqtt.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker.Tests;

/// <summary>A whole worker, and beside it a canary that sings to the same broker at ten times the speed of life.</summary>
internal sealed class CanaryRig : IAsyncDisposable
{
    public const string Group = "canary-worker-1";

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private CanaryRig(RunningWorker worker)
    {
        Worker = worker;
        FastClock clock = new(10);
        IOptions<CanaryOptions> options = Options.Create(
            new CanaryOptions { Enabled = true, Group = Group, PeriodSeconds = 40, AsystoleSeconds = 10, LimitSeconds = 30 });
        WorkerSettings settings = new(
            Options.Create(new WorkerOptions()), Options.Create(worker.Get<WorkerSettings>().Broker), Options.Create(new IngestOptions()),
            Options.Create(new EngineHostOptions()), Options.Create(new StoreSettings()), clock);
        Watch = new CanaryWatch(options, clock, services.GetRequiredService<IMeterFactory>());
        Service = new CanaryService(settings, options, worker.Get<BrokerTls>(), Watch, worker.Get<EngineThread>(), NullLogger<CanaryService>.Instance);
    }

    public RunningWorker Worker { get; }

    public CanaryWatch Watch { get; }

    public CanaryService Service { get; }

    public static async Task<CanaryRig> StartAsync(int port, params string[] more)
    {
        CanaryRig rig = new(await RunningWorker.ReadyAsync(port, TestModel.Create, more));
        await rig.Service.StartAsync(Budget.Token);
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync(Budget.Token);
        await Service.DisposeAsync();
        await Worker.DisposeAsync();
        await services.DisposeAsync();
    }
}
