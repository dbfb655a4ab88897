using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Mqtt;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AnyEcg.Worker;

/// <summary>The composition root.</summary>
public static partial class WorkerApp
{
    /// <summary>
    /// Makes the worker; the caller runs it. Throws <see cref="OptionsValidationException"/> with every fault of the settings,
    /// before anything is made of them.
    /// </summary>
    /// <param name="args">Command line, e.g. <c>--Broker:Port 1884</c>.</param>
    /// <param name="configure">Runs before the worker's own registrations, which give way to it.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        configure?.Invoke(builder);
        builder.Services
            .AddWorkerOptions(builder.Configuration)
            .AddStore()
            .AddCommands()
            .AddIngest()
            .AddEngine()
            .AddPublishing()
            .AddObservation()
            .AddCanary(builder.Configuration);
        builder.Services.AddHostedService<WorkerService>();
        builder.Services.AddHostedService<EngineWatchdog>();
        builder.Services.AddHostedService<DegradationWatch>();
        builder.Services.AddHostedService<CanaryService>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(310));
        WebApplication app = builder.Build();
        CheckOptions(app.Services);
        app.MapWorker();
        return app;
    }

    private static void CheckOptions(IServiceProvider services)
    {
        try
        {
            _ = services.GetRequiredService<IOptions<WorkerOptions>>().Value;
        }
        catch (InvalidOperationException e)
        {
            // A value that is no number where one is wanted: the binder says which.
            throw new OptionsValidationException(WorkerOptions.Section, typeof(WorkerOptions), [e.Message]);
        }
    }

    private static IServiceCollection AddWorkerOptions(this IServiceCollection services, ConfigurationManager configuration)
    {
        services.Configure<BrokerOptions>(configuration.GetSection(BrokerOptions.Section));
        services.Configure<IngestOptions>(configuration.GetSection(IngestOptions.Section));
        services.Configure<EngineHostOptions>(configuration.GetSection(EngineHostOptions.Section));
        services.Configure<AlertOptions>(configuration.GetSection("Alerts"));
        services.Configure<HttpOptions>(configuration.GetSection(HttpOptions.Section));
        services.Configure<StoreSettings>(configuration.GetSection(StoreSettings.Section));
        services.Configure<WorkerOptions>(configuration.GetSection(WorkerOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsValidator>()
            .AddSingleton<IValidateOptions<WorkerOptions>, HttpRules>()
            .AddSingleton<IValidateOptions<WorkerOptions>, SettingsAudit>()
            .AddSingleton<WorkerSettings>();
    }

    private static IServiceCollection AddStore(this IServiceCollection services) => services
        .AddSingleton<CrashPoint>()
        .AddSingleton<StoreEvents>()
        .AddSingleton<StoreHost>()
        .AddSingleton(p => new InputJournal(
            p.GetRequiredService<StoreHost>().Writer!,
            p.GetRequiredService<StoreEvents>(),
            p.GetRequiredService<EngineDoor>(),
            p.GetRequiredService<AckDesk>(),
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton<LostStreams>()
        .AddSingleton<Recovery>()
        .AddSingleton<WorkerStore>();

    private static IServiceCollection AddCommands(this IServiceCollection services) => services
        .AddSingleton<CommandMetrics>()
        .AddSingleton<AnswerDesk>()
        .AddSingleton<StoreReads>()
        .AddSingleton<CommandDesk>()
        .AddSingleton<CommandMessages>()
        .AddSingleton<StreamEraser>()
        .AddSingleton<CommandResults>()
        .AddSingleton<HttpAccess>()
        .AddSingleton<HttpGate>()
        .AddSingleton<ActionPages>()
        .AddSingleton<AlertPages>();

    private static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.TryAddSingleton<IMqttConnection>(p => new MqttConnection(
            p.GetRequiredService<WorkerSettings>().ToMqtt(p.GetRequiredService<BrokerTls>().Certificates),
            p.GetRequiredService<FrameIngest>(),
            p.GetRequiredService<TimeProvider>()));
        return services
            .AddSingleton<BrokerTls>()
            .AddSingleton<IngestCounters>()
            .AddSingleton<EngineDoor>()
            .AddSingleton<IEngineDoor>(p => p.GetRequiredService<StoreHost>().Writer is null
                ? p.GetRequiredService<EngineDoor>() : p.GetRequiredService<InputJournal>())
            .AddSingleton(p => new AckDesk(
                p.GetRequiredService<WorkerSettings>().Ingest.QueueFrames, p.GetRequiredService<IngestLimits>().Queue, p.GetRequiredService<CrashPoint>()))
            .AddSingleton(p => new IngestLimits(p.GetRequiredService<WorkerSettings>().Ingest, p.GetRequiredService<TimeProvider>()))
            .AddSingleton<StreamDirectory>()
            .AddSingleton(p => new DescriptorHold(p.GetRequiredService<WorkerSettings>().Ingest, p.GetRequiredService<HeldFrames>()))
            .AddSingleton<HeldFrames>()
            .AddSingleton(p => new FrameIngest(
                p.GetRequiredService<StreamDirectory>(),
                p.GetRequiredService<DescriptorHold>(),
                p.GetRequiredService<IEngineDoor>(),
                p.GetRequiredService<AckDesk>(),
                p.GetRequiredService<IngestCounters>(),
                p.GetRequiredService<IngestLimits>())
            {
                Commands = p.GetRequiredService<CommandMessages>(),
            });
    }

    private static IServiceCollection AddEngine(this IServiceCollection services)
    {
        services.TryAddSingleton(p =>
        {
            EngineHostOptions engine = p.GetRequiredService<WorkerSettings>().Engine;
            IModelRunner runner = ModelLoader.Load(engine.ManifestPath(), engine.ToModel());
            ILogger<StreamEngine> logger = p.GetRequiredService<ILogger<StreamEngine>>();
            LogEngine(logger, runner.Info.Engine, runner.Info.Choice);
            if (runner.Info.Remark.Length > 0)
            {
                LogRemark(logger, runner.Info.Remark);
            }

            return runner;
        });
        return services
            .AddSingleton(p => new AlertSettings(p.GetRequiredService<IOptions<AlertOptions>>().Value))
            .AddSingleton<EngineOutput>()
            .AddSingleton<EngineThread>()
            .AddSingleton<EngineProgress>()
            .AddSingleton<WorkerParts>()
            .AddSingleton(p =>
            {
                StreamEngine engine = new(
                    p.GetRequiredService<IModelRunner>(),
                    p.GetRequiredService<WorkerSettings>().ToEngine(),
                    p.GetRequiredService<AlertSettings>(),
                    p.GetRequiredService<EngineOutput>(),
                    p.GetRequiredService<TimeProvider>());
                p.GetRequiredService<EngineDoor>().Open(engine);
                p.GetRequiredService<EngineOutput>().Answered = p.GetRequiredService<CommandResults>().Take;
                engine.InputLoop = p.GetRequiredService<IEngineDoor>() as InputJournal;
                return engine;
            });
    }

    private static IServiceCollection AddPublishing(this IServiceCollection services) => services
        .AddSingleton(p => new Outbox(p.GetRequiredService<WorkerSettings>().Worker.OutboxCapacity))
        .AddSingleton(p => new AlertContexts(p.GetRequiredService<IModelRunner>().Info.ModelId))
        .AddSingleton<PublishLoop>()
        .AddSingleton<StatusPublisher>()
        .AddSingleton<WorkerAlertVoice>()
        .AddSingleton<StoredOutbox>()
        .AddSingleton<DescriptorFetch>()
        .AddSingleton<RetainedReconciliation>()
        .AddSingleton<RetainedState>();

    private static IServiceCollection AddObservation(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton<PublishMetrics>()
        .AddSingleton<StoreMetrics>()
        .AddSingleton<WorkerMetrics>()
        .AddSingleton(p => StreamBoard.Of(p.GetRequiredService<WorkerSettings>().Ingest.MaxStreams, p.GetRequiredService<StoreHost>().Database))
        .AddSingleton(p => new BoardJson(
            p.GetRequiredService<StreamBoard>(), p.GetRequiredService<WorkerSettings>().Worker.Id, p.GetRequiredService<TimeProvider>()))
        .AddSingleton<WorkerHealth>();

    /// <summary>The canary's group is one of the worker's own.</summary>
    private static IServiceCollection AddCanary(this IServiceCollection services, ConfigurationManager configuration)
    {
        services.Configure<CanaryOptions>(configuration.GetSection(CanaryOptions.Section));
        services.PostConfigure<CanaryOptions>(o =>
            o.Group = o.Group.Length > 0 ? o.Group : $"canary-{configuration[$"{WorkerOptions.Section}:{nameof(WorkerOptions.Id)}"] ?? new WorkerOptions().Id}");
        services.AddOptions<IngestOptions>().PostConfigure<IOptions<CanaryOptions>>((ingest, canary) =>
        {
            if (canary.Value.Enabled && !ingest.Groups.Contains("+") && !ingest.Groups.Contains(canary.Value.Group))
            {
                ingest.Groups = [.. ingest.Groups, canary.Value.Group];
            }
        });
        return services.AddSingleton<CanaryWatch>();
    }

    [LoggerMessage(2, LogLevel.Information, "Engine: {Engine}. {Choice}")]
    private static partial void LogEngine(ILogger logger, string engine, string choice);

    [LoggerMessage(1, LogLevel.Warning, "{Remark}")]
    private static partial void LogRemark(ILogger logger, string remark);
}
