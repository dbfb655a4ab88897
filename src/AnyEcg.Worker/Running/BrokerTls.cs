using System.Diagnostics.Metrics;
using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>The certificates of all connections to the broker, so that a change of their files is counted and logged once.</summary>
internal sealed partial class BrokerTls
{
    private readonly ILogger logger;

    /// <exception cref="InvalidDataException">The files cannot be used.</exception>
    public BrokerTls(WorkerSettings settings, IMeterFactory meters, ILogger<BrokerTls> logger)
    {
        this.logger = logger;
        Certificates = settings.Broker.TlsFiles() is { } files ? new TlsCertificates(files, line => LogChanged(this.logger, line)) : null;
        foreach (string setting in SecretFiles.OpenToAll(settings.Broker))
        {
            LogOpen(logger, setting);
        }

        Meter meter = meters.Create("AnyEcg.Worker.Tls");
        meter.CreateObservableCounter("anyecg.mqtt.tls.reloads", () => Certificates?.Reloads ?? 0, "{file set}", "Changed TLS files taken");
        meter.CreateObservableCounter(
            "anyecg.mqtt.tls.reload.failures", () => Certificates?.ReloadFailures ?? 0, "{file set}", "Changed TLS files that could not be used; the old ones stay");
        meter.CreateObservableGauge("anyecg.mqtt.client.certificate.end", End, "s", "Unix time until which the worker's own certificate is valid");
    }

    /// <summary>Null where no file is named.</summary>
    public TlsCertificates? Certificates { get; }

    private IEnumerable<Measurement<long>> End() =>
        Certificates?.ClientCertificateEnds is { } end ? [new Measurement<long>(end.ToUnixTimeSeconds())] : [];

    [LoggerMessage(2, LogLevel.Warning, "{Setting}: everybody on this machine can read the file; chmod o-r")]
    private static partial void LogOpen(ILogger logger, string setting);

    [LoggerMessage(1, LogLevel.Warning, "Broker TLS: {What}")]
    private static partial void LogChanged(ILogger logger, string what);
}
