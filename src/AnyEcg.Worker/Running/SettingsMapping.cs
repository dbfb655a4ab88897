using System.Buffers;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>From the worker's settings to those of the rooms it puts together.</summary>
internal static class SettingsMapping
{
    /// <summary>How long the broker waits before it says that the worker is gone: longer than an ordinary reconnect.</summary>
    private static readonly TimeSpan WillDelay = TimeSpan.FromSeconds(5);

    /// <summary>Without a setting: what a small machine holds, and what a card has room for (it takes fewer where its memory ends).</summary>
    private const int CpuLeads = 2048, CudaLeads = 131_072;

    /// <summary>Rows of a step without a setting. Above the second a card is no faster for a row.</summary>
    private const int CpuRows = 512, CudaRows = 16_384;

    /// <summary>Inputs that are no frames, beside all frames that are let in.</summary>
    private const int Notes = 3 << 16;

    public static MqttClientOptions ToMqtt(this WorkerSettings settings, TlsCertificates? certificates)
    {
        BrokerOptions broker = settings.Broker;
        ArrayBufferWriter<byte> will = new(256);
        settings.Status(WorkerState.Down).Write(will);
        MqttClientOptions options = new()
        {
            Certificates = certificates,
            UserName = broker.UserName,
            Password = broker.Password,
            PasswordFile = broker.PasswordFile,
            ClientId = broker.ClientId.Length > 0 ? broker.ClientId : $"anyecg-{settings.Worker.Id}",
            ProtocolVersion = broker.ProtocolVersion,
            SessionExpiry = TimeSpan.FromSeconds(broker.SessionExpirySeconds),
            KeepAlive = TimeSpan.FromSeconds(broker.KeepAliveSeconds),
            ReceiveMaximum = (ushort)broker.ReceiveMaximum,
            MaximumPacketSize = (uint)broker.MaxPacketBytes,
            ReceiveOnOwnThread = true,
            TopicCacheSize = Math.Min(1 << 20, settings.Ingest.MaxStreams * 4),
            Will = new MqttMessage
            {
                Topic = OutputTopics.WorkerStatus(settings.Worker.Id),
                Payload = will.WrittenMemory,
                Qos = MqttQos.AtLeastOnce,
                Retain = true,
                ContentType = "application/json",
            },
            WillDelay = WillDelay,
        };
        broker.Address(out _)!.ApplyTo(options);
        return options;
    }

    /// <summary>The same for a connection beside the worker's own: its client id ends with a name, it has no session to keep and no Will.</summary>
    public static MqttClientOptions ToMqttBeside(this WorkerSettings settings, TlsCertificates? certificates, string name)
    {
        MqttClientOptions options = settings.ToMqtt(certificates);
        options.ClientId += $"-{name}";
        options.CleanStart = true;
        options.SessionExpiry = TimeSpan.Zero;
        options.Will = null;
        options.ReceiveOnOwnThread = false;
        return options;
    }

    public static EngineOptions ToEngine(this WorkerSettings settings) => new()
    {
        InputCapacity = Math.Min(1_000_000, settings.Ingest.QueueFrames + Notes),
        MaxBatch = settings.Engine.MaxBatch ?? EngineOptions.MostBatch,
        MaxBatchDelay = TimeSpan.FromMilliseconds(settings.Engine.MaxBatchDelayMs),
        MaxLag = TimeSpan.FromSeconds(settings.Engine.MaxLagSeconds),
        MaxStreams = settings.Ingest.MaxStreams,
        NoDataAfter = TimeSpan.FromSeconds(settings.Worker.NoDataSeconds),
        IdleTimeout = TimeSpan.FromSeconds(settings.Engine.IdleSeconds),
        RhythmPeriodSeconds = settings.Engine.RhythmSeconds,
        SnapshotPeriod = settings.Store.Enabled ? TimeSpan.FromSeconds(settings.Store.SnapshotSeconds) : Timeout.InfiniteTimeSpan,
    };

    public static ModelOptions ToModel(this EngineHostOptions engine)
    {
        int cpuLeads = engine.MaxLeads ?? CpuLeads, cudaLeads = engine.MaxLeads ?? CudaLeads;
        int cpuRows = engine.MaxBatch ?? CpuRows, cudaRows = engine.MaxBatch ?? CudaRows;
        return new ModelOptions
        {
            Device = Enum.Parse<ModelDevice>(engine.Device, ignoreCase: true),
            Failover = true,
            Cpu = new CpuModelOptions
            {
                Threads = engine.Threads,
                UseMatrixUnits = engine.MatrixUnits,
                MaxSlots = cpuLeads,
                MaxLeadSlots = cpuLeads,
                MaxRows = cpuRows,
                MaxTokens = TokensOf(cpuRows),
            },
            Cuda = new CudaModelOptions
            {
                Device = engine.CudaDevice,
                Libraries = engine.CudaLibraries,
                KernelCache = engine.KernelCache,
                MaxSlots = cudaLeads,
                MaxLeadSlots = cudaLeads,
                MaxRows = cudaRows,
                MaxTokens = TokensOf(cudaRows),
            },
        };
    }

    /// <summary>Room for two leads of each row, and a few streams of all leads; in the largest plans for one, whose patches alone are 157 MB.</summary>
    private static int TokensOf(int rows) => Math.Max(rows, Math.Min(Math.Max(rows, 4 * LeadSet.MaxLeads) * 2, EngineOptions.MostBatch));

    /// <summary>The manifest of the configured model: beside the application, or under the working directory.</summary>
    /// <exception cref="FileNotFoundException">It is in neither place.</exception>
    public static string ManifestPath(this EngineHostOptions engine)
    {
        string beside = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, engine.Model, "manifest.json"));
        string here = Path.GetFullPath(Path.Combine(engine.Model, "manifest.json"));
        return File.Exists(beside) ? beside : File.Exists(here) ? here : throw new FileNotFoundException(
            $"Engine:Model is '{engine.Model}', but there is no model: neither {beside} nor {here} exists.");
    }
}
